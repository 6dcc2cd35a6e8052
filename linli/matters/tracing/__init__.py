"""Who was in the same places: asked with a reason, agreed to by a second person, and it leads to telephone calls only."""
