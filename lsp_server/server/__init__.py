"""The Language Server Protocol. The only home of pygls and lsprotocol."""
