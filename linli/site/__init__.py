"""Composes the house: settings, addresses, commands. Decides nothing."""
