"""Tests that are nobody's alone: flows across apps, rules of the house, the browser, faults, and the cast they share."""
