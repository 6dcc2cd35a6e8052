"""The isolation matter held to its pack."""
