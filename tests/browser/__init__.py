"""What a person sees, checked in a real browser against a real server."""
