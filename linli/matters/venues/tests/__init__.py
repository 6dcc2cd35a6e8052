"""A venue's code from the application to what is forgotten."""
