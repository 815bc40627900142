"""The forms of the desk and of residents: they read what was typed and never save anything."""
