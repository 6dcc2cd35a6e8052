"""Migrations of the paper rounds."""
