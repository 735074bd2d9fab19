"""Diagnostics with stable codes: a file for each in ``rules/``, and beside it what several of them ask of a file."""
