"""One fact, kept fast and surely: a code was seen at a place by somebody at a moment."""
