"""What ties the workspace together: settings, addresses, the database and the server."""
