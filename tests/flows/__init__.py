"""Whole matters, from the first notice to the last hand-over."""
