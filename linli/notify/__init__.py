"""Reaching a person: push, message, mail, robot and the desk itself; every channel small, every delivery kept."""
