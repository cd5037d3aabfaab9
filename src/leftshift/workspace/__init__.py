"""The web workspace: a Django project over the library."""
