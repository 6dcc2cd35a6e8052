"""Tests of what volunteers carry."""
