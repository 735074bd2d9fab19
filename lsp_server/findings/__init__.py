"""Diagnostics with stable codes, one file each: code, what, why, example, instead, fix safety."""
