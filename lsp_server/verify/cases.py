"""Turns a case of a rule into a module that can be converted and run."""

from __future__ import annotations

import ast

from lsp_server.catalog.model import TENSORS, Framework

_HEADS: dict[Framework, str] = {
    "torch": "import numpy as np\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n",
    "mindspore": "import numpy as np\nimport mindspore\nfrom mindspore import Parameter, Tensor, mint, nn, ops\n",
}


class BadCase(Exception):
    """A case that is no Python, or does not end in an expression."""


def as_module(case: str, framework: Framework, inputs: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """The module's text, and the names of the inputs that its function ``case`` takes.

    Classes and functions of the case stand at the top of the module, as people write them; the rest becomes the body
    of ``case``, whose value is that of the last expression. Inputs are annotated, so that they are known to be tensors.
    """
    try:
        tree = ast.parse(case)
    except SyntaxError as error:
        raise BadCase(f"not Python: {error}") from error
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        raise BadCase("must end in an expression")
    lines = case.splitlines()
    top: list[str] = []
    body: list[str] = []
    for statement in tree.body:
        text = lines[statement.lineno - 1 : statement.end_lineno]
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            first = min(one.lineno for one in (statement, *statement.decorator_list))
            top += ["", "", *lines[first - 1 : statement.end_lineno]]
        elif statement is tree.body[-1]:
            body += [f"    return {text[0]}", *(f"    {line}" for line in text[1:])]
        else:
            body += [f"    {line}" for line in text]
    used = tuple(sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & inputs))
    arguments = ", ".join(f"{name}: {TENSORS[framework]}" for name in used)
    companions = ["import torchvision"] if "torchvision." in case else []
    module = [_HEADS[framework].rstrip(), *companions, *top, "", "", f"def case({arguments}):", *body]
    return "\n".join(module) + "\n", used
