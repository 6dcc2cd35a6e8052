"""Pages for residents, station staff and police: one thing each, no sign-in, no JavaScript needed."""
