"""Tests of the street sweep."""
