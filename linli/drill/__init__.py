"""Rehearsals: a town, a day, a clock, faults and a score."""
