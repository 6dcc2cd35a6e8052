"""Rules of the house, each a sentence that the tree must keep."""
