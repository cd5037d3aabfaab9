"""What people do with studies."""
