"""What opens something for whoever has it: made at random, handed over once, kept only as a digest."""

import hashlib
import secrets


def new_key(prefix: str) -> str:
    """256 random bits to be shown once; the prefix lets a secret scanner find a key that somebody committed by mistake."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex: of so many random bits it cannot be turned back, and an index finds it."""
    return hashlib.sha256(secret.encode()).hexdigest()
