"""Our converter beside lsprotocol's own: the same objects, the same JSON, the same refusals."""

from __future__ import annotations

import copy
import enum
import json
import random
import subprocess
import sys
from collections import abc
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import attrs
import cattrs
from lsprotocol import types

from lsp_server.server.protocol_types import fields, made
from lsp_server.server.structuring import Converter

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 1_500
OPTIONAL = 0.5
SPOILT = 0.4
DEEPEST = 8
PLAIN: dict[Any, list[Any]] = {
    str: ["a", "file:///x", "é\u4e2d"], int: [0, 1, 7], bool: [True, False], float: [1.5], type(None): [None],
}  # fmt: skip


def _kinds() -> list[Any]:
    """The messages that a client sends: its requests and notifications, its answers to requests of a server."""
    found: list[Any] = []
    for method, (message, answer, *_) in types.METHOD_TO_TYPES.items():
        direction = types.message_direction(method)
        if direction in ("clientToServer", "both"):
            found.append(message)
        if direction in ("serverToClient", "both") and answer is not None:
            found.append(answer)
    return found


def _named(kind: Any) -> Any:
    name = kind if isinstance(kind, str) else getattr(kind, "__forward_arg__", None)
    return _named(getattr(types, name)) if name is not None else kind


def _camel(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(one.capitalize() for one in others)


class Inputs:
    """JSON by chance: as the types have it, or with something wrong in it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def of(self, kind: Any, depth: int = 0) -> Any:
        kind, chance = made(_named(kind)), self.chance
        origin, parts = get_origin(kind), get_args(kind)
        plain = {
            str: ["a", "file:///x", "é\u4e2d"],
            int: [0, 1, 7],
            bool: [True, False],
            float: [1.5],
            type(None): [None],
        }
        if kind in plain:
            return chance.choice(plain[kind])
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return chance.choice(list(kind)).value
        if origin is Literal:
            return chance.choice(parts)
        if origin is Union:
            return self.of(chance.choice(parts), depth)
        if origin is tuple:
            return [self.of(one, depth + 1) for one in parts]
        many = range(chance.randrange(3) if depth < DEEPEST else 0)
        if origin is abc.Sequence:
            return [self.of(parts[0], depth + 1) for _ in many]
        if origin in (abc.Mapping, dict):
            return {str(self.of(parts[0], depth + 1)): self.of(parts[1], depth + 1) for _ in many}
        if not (isinstance(kind, type) and attrs.has(kind)):
            return chance.choice([None, 1, "a", {"b": [1]}, [2, None]])
        return {
            _camel(field.name): self.of(field.type, depth + 1)
            for field in fields(kind)
            if field.default is attrs.NOTHING or (depth <= DEEPEST and chance.random() < OPTIONAL)
        }

    def spoilt(self, value: Any) -> Any:
        chance = self.chance
        if isinstance(value, dict) and value and chance.random() < 0.8:
            key = chance.choice(list(value))
            rest = {name: one for name, one in value.items() if name != key}
            return rest if chance.random() < 0.3 else {**rest, key: self.spoilt(value[key])}
        if isinstance(value, list) and value:
            at = chance.randrange(len(value))
            return [*value[:at], self.spoilt(value[at]), *value[at + 1 :]]
        return chance.choice([None, -1, "x", True, 2.0, {}, [], [{}], 2**40])


def _read(converter: Any, data: Any, kind: Any) -> tuple[Any, str]:
    try:
        return converter.structure(copy.deepcopy(data), kind), ""
    except (ValueError, TypeError, KeyError, AttributeError, cattrs.BaseValidationError) as error:
        return None, f"{type(error).__name__}: {error}"


def test_same_objects_same_json_same_errors() -> None:
    compare(1)


def test_the_same_with_the_quick_import() -> None:
    """As in a server: here pytest's plugin has imported lsprotocol before us."""
    program = "import lsp_server.server\nfrom tests.server.test_structuring import compare\ncompare(2)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def compare(seed: int) -> None:
    ours = Converter()
    theirs = Converter().thorough
    inputs, kinds = Inputs(seed), _kinds()
    refused = exact = written = 0
    for _ in range(ROUNDS):
        kind = inputs.chance.choice(kinds)
        data = inputs.of(kind)
        if inputs.chance.random() < SPOILT:
            data = inputs.spoilt(data)
        wanted, error = _read(theirs, data, kind)
        found, other = _read(ours, data, kind)
        assert (repr(found), other) == (repr(wanted), error), data
        assert found == wanted
        refused += bool(error)
        if error:
            continue
        exact += 1
        try:
            text = json.dumps(theirs.unstructure(wanted), sort_keys=True)
        except (AttributeError, TypeError):
            continue  # lsprotocol cannot write some answers without a result, which only clients write
        assert json.dumps(ours.unstructure(found), sort_keys=True) == text
        written += 1
    assert exact > ROUNDS / 2 and refused > ROUNDS / 10 and written > exact / 2


def test_most_messages_need_no_other_converter() -> None:
    """The thorough one is slow to make: what clients send as the protocol has it must do without."""
    ours, inputs = Converter(), Inputs(3)
    usual = [
        types.InitializeRequest, types.DidOpenTextDocumentNotification, types.DidChangeTextDocumentNotification,
        types.HoverRequest, types.CompletionRequest, types.CodeActionRequest, types.DocumentDiagnosticRequest,
        types.DidChangeNotebookDocumentNotification, types.ExecuteCommandRequest, types.ShutdownRequest,
    ]  # fmt: skip
    for kind in usual:
        for _ in range(20):
            ours.structure(inputs.of(kind), kind)
    assert "thorough" not in vars(ours)
