"""Rounds on paper: a numbered sheet that is printed, walked with, and typed in row by row with the phone's own rules."""
