"""访客: whoever comes to a home from outside, from the first word to the way out; the host says yes, the gate says when."""
