"""Tables of the census."""
