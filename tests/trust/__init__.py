"""Promises of trust: who may see what, where data may not appear, what survives."""
