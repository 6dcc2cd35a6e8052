"""Places and people: facts about the community, and the vault that keeps what identifies a person."""
