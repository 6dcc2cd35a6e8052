"""Migrations of the isolation matter."""
