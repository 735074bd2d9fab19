"""Where the evaluator comes to something that is not known: for reading, so that its gaps are found."""

from __future__ import annotations

from typing import Any

from lsp_server.state import blocks, code
from lsp_server.state.frames import Frame
from lsp_server.state.values import UNKNOWN, Module

_KINDS = ("call", "identifier", "attribute", "subscript", "binary_operator", "list_comprehension")
_found: list[str] = []
_last: list[str] = [""]


def watched() -> list[str]:
    """The list that the places are put into from now on."""
    if not _last[0]:
        _last[0] = "start"
        _watch_expressions(code._handlers())  # pyright: ignore[reportPrivateUsage]  what is counted
        _watch_statements(blocks._handlers())  # pyright: ignore[reportPrivateUsage]  what is counted
        _watch_modules()
        _watch_doubts()
    return _found


def _note(text: str) -> None:
    if text not in _found and len(_found) < 200:
        _found.append(text)


def _place(analysis: Any, node: Any) -> str:
    name = "/".join(analysis.path.parts[-2:]) if analysis.path is not None else "-"
    return f"{name}:{node.start_point[0] + 1}"


def _watch_expressions(handlers: dict[str, Any]) -> None:
    for kind in _KINDS:
        handlers[kind] = _expression(handlers[kind])


def _expression(handler: Any) -> Any:
    def build(analysis: Any, node: Any) -> Any:
        run = handler(analysis, node)

        def inner(frame: Frame) -> Any:
            value = run(frame)
            if value is UNKNOWN:
                _note(f"unknown {_place(analysis, node)} {analysis.text(node)[:90]!r}")
            return value

        return inner

    return build


def _watch_statements(handlers: dict[str, Any]) -> None:
    for kind, handler in list(handlers.items()):
        handlers[kind] = _statement(handler)


def _statement(handler: Any) -> Any:
    def build(analysis: Any, node: Any) -> Any:
        run = handler(analysis, node)
        place = f"{_place(analysis, node)} {analysis.text(node).splitlines()[0][:90]!r}"

        def inner(frame: Frame) -> Any:
            _last[0] = place
            blind, doubt = frame.machine.blind, frame.machine.doubt
            try:
                flow = run(frame)
            except Exception as error:
                _note(f"{type(error).__name__} {place}")
                raise
            if frame.machine.blind and not blind:
                _note(f"BLIND {place}")
            if frame.machine.doubt > doubt:
                _note(f"DOUBT {place}")
            return flow

        return inner

    return build


def _watch_modules() -> None:
    slot: Any = Module.__dict__["exact"]

    def write(module: Module, value: bool) -> None:
        if not value:
            _note(f"INEXACT {module.base} {_last[0]}")
        slot.__set__(module, value)

    setattr(Module, "exact", property(slot.__get__, write))  # noqa: B010 -- pyright knows a field there


def _watch_doubts() -> None:
    from lsp_server.state import expressions, statements

    alternatives, in_doubt = statements.alternatives, expressions.in_doubt

    def watched_alternatives(frame: Frame, analysis: Any, possible: Any) -> Any:
        if len(possible) > 1:
            _note(f"BRANCH {_last[0]}")
        return alternatives(frame, analysis, possible)

    def watched_doubt(frame: Frame, run: Any) -> Any:
        _note(f"EITHER {_last[0]}")
        return in_doubt(frame, run)

    statements.alternatives = watched_alternatives
    expressions.in_doubt = watched_doubt
