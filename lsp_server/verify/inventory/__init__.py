"""Inventories: every public symbol of one framework, read from the installed package.

``python -m lsp_server.verify.inventory torch`` writes ``mappings/inventory/torch-<version>.jsonl``.
"""
