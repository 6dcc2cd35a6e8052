"""Field: what volunteers carry. A phone app that works for a day without a network, and the two endpoints it talks to."""
