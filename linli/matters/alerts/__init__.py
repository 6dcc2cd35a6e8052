"""异常处置: from being seen to its close; and no restriction without a basis, a second person and an end."""
