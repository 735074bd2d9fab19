"""Text to tree, positions, scopes, imports. Error-tolerant and incremental; knows no framework."""
