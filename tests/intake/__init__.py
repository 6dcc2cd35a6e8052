"""Reading the office's files, against the truth."""
