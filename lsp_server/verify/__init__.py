"""Runs both frameworks and records evidence. The only home of ``import torch`` and ``import mindspore``.

`lsp_server.verify.evidence.verify` runs the cases of the rules; ``lsp_server.verify.inventory`` lists the symbols.
"""
