"""One file for each finding: code, what, why, example, instead, fix safety."""
