"""Codes and paper: opaque tokens, signed statements, and the sheets they are printed on."""
