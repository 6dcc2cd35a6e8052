"""Tests of the supplies matter."""
