"""Plain Python that every layer stands on: the clock, ids, masks and scope paths."""
