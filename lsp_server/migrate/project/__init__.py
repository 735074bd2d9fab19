"""Conversion of whole trees: what is in them, notebooks, dependencies, the order of work, the notes of what is left."""
