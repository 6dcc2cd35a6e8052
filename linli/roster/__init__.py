"""Who works here: accounts, volunteers, duties and shifts, and who is on duty now."""
