"""The duty desk: what is open, sorted by promise; one case; tonight; who is on duty."""
