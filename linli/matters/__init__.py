"""One package per matter; they do not know one another."""
