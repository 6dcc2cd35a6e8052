"""Tests of places, people, search, the vault and imports."""
