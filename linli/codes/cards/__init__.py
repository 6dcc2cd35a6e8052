"""Cards with a person's sampling code, and the sheets they are printed on: thousands in a second, as PDF."""
