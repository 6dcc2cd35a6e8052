"""Tests that no app owns alone: flows, rules of the house, the browser, faults, and the cast they share."""
