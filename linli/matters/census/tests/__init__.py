"""Rounds, corrections and care, from the first door to what is forgotten."""
