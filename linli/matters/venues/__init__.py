"""场所码: a venue applies or is entered, is audited, gets its code, posts it, and keeps it until it is revoked."""
