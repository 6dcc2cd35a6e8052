"""The paper rounds held to what the phone does."""
