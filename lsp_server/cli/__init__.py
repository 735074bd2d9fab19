"""The same answers in a terminal."""
