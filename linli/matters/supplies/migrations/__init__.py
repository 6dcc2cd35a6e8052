"""Tables of the supplies matter."""
