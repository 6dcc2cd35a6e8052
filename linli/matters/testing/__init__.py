"""Mass testing: who must be tested, where and when, how long they wait, and what becomes of every tube."""
