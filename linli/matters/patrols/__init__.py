"""扫街: what is owed to every open venue four times a day, the walks by which volunteers get there, and what they find."""
