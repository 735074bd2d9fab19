"""What must hold whatever comes: one function for each kind of input. Each raises `Found` or keeps still.

They draw from `random.Random`. Hypothesis gives one that it can shrink, a long run a seeded one, atheris one that its
bytes steer.
"""

from __future__ import annotations

import ast
import json
import random
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import FRAMEWORKS
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import main_framework
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.syntax.document import Document

from . import texts
from .direct import Direct, Found, hello

Check = Callable[[random.Random], None]
POSITIONED = ("hover", "completion", "signatureHelp", "definition")
WHOLE = ("diagnostic", "codeLens", "semanticTokens/full")
COMMANDS = ("torchspore.showState", "torchspore.report", "torchspore.previewFile")
RESOLVED = {"codeAction": "codeAction/resolve", "codeLens": "codeLens/resolve", "inlayHint": "inlayHint/resolve"}
OTHER = {"torch": "mindspore", "mindspore": "torch"}


@cache
def server() -> Direct:
    """One for all inputs: what one leaves behind, the next one meets."""
    return Direct(Path(tempfile.mkdtemp(prefix="torchspore-fuzz-")))


def uri(name: str = "a.py") -> str:
    return (server().folder / name).as_uri()


def opened(text: str, name: str = "a.py") -> dict[str, str]:
    """The identifier of a document that has just been opened."""
    item = {"uri": uri(name), "languageId": "python", "version": 1, "text": text}
    server().notify("textDocument/didOpen", {"textDocument": item})
    return {"uri": uri(name)}


def closed(document: dict[str, str]) -> None:
    server().notify("textDocument/didClose", {"textDocument": document})
    server().look("didClose")


def place(chance: random.Random, text: str) -> dict[str, int]:
    """A position, now and then outside of the text."""
    if chance.random() < 0.05:
        return {"line": chance.choice((0, 10**6, 2**31 - 1)), "character": chance.choice((0, 10**6, 2**31 - 1))}
    return position(text, chance.randrange(len(text) + 1))


def position(text: str, offset: int) -> dict[str, int]:
    """Lines end at LF, CR LF or CR; columns are UTF-16."""
    before = text[:offset]
    if before.endswith("\r") and text[offset : offset + 1] == "\n":
        before = before[:-1]
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return {"line": len(lines) - 1, "character": sum(1 + (character > "\uffff") for character in lines[-1])}


def requests(chance: random.Random, text: str, document: dict[str, str], number: int) -> None:
    """Some requests of every kind, at places of a text."""
    ask = server().ask
    for _ in range(number):
        kind = chance.choice((*POSITIONED * 3, *WHOLE, "codeAction", "inlayHint", "range", "convert", "command"))
        here, there = place(chance, text), place(chance, text)
        span = {"start": min(here, there, key=_order), "end": max(here, there, key=_order)}
        about: dict[str, Any] = {"textDocument": document}
        if kind in POSITIONED:
            found = ask(f"textDocument/{kind}", {**about, "position": here})
            if kind == "completion" and found and found["items"]:
                ask("completionItem/resolve", chance.choice(found["items"]))
            continue
        if kind == "convert":
            ask("torchspore/convert", {**about, "to": chance.choice(FRAMEWORKS), "bestEffort": chance.random() < 0.5})
            continue
        if kind == "command":
            ask("workspace/executeCommand", {"command": chance.choice(COMMANDS), "arguments": [document["uri"], here]})
            continue
        if kind in WHOLE:
            found = ask(f"textDocument/{kind}", about)
        elif kind == "range":
            found = ask("textDocument/semanticTokens/range", {**about, "range": span})
        else:
            found = ask(f"textDocument/{kind}", {**about, "range": span, "context": {"diagnostics": []}})
        if found and kind in RESOLVED:
            ask(RESOLVED[kind], chance.choice(found))


def _order(one: dict[str, int]) -> tuple[int, int]:
    return one["line"], one["character"]


def documents(chance: random.Random) -> None:
    """Whatever text is open, every request is answered without an error."""
    _asked(chance, texts.text(chance), 12)


def nests(chance: random.Random) -> None:
    """The same for texts that are deep or long and regular."""
    _asked(chance, texts.deep(chance), 4)


def _asked(chance: random.Random, content: str, times: int) -> None:
    document = opened(content)
    try:
        requests(chance, content, document, times)
    finally:
        closed(document)


def edits(chance: random.Random) -> None:
    """After some edits the server has the client's text, and answers as one that was given it as a whole."""
    content = texts.text(chance)
    document = opened(content)
    try:
        for version in range(2, 2 + chance.randrange(1, 8)):
            edit = texts.change(chance, content)
            span = {"start": position(content, edit[0]), "end": position(content, edit[1])}
            if _splits_an_end(content, edit):
                continue
            change = {"range": span, "text": edit[2]}
            identifier = {**document, "version": version}
            server().notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})
            server().look("didChange")
            content = texts.apply(content, edit)
            if chance.random() < 0.5:
                requests(chance, content, document, 1)
        again = opened(content, "b.py")
        try:
            for kind in WHOLE:
                one, other = (server().ask(f"textDocument/{kind}", {"textDocument": it}) for it in (document, again))
                if _told(one, document) != _told(other, again):
                    raise Found(f"{kind} differs from that of a fresh document")
            one, other = (server().ask("torchspore/convert", {"textDocument": it}) for it in (document, again))
            if (one or {}).get("text") != (other or {}).get("text"):
                raise Found("the conversion differs from that of a fresh document")
        finally:
            closed(again)
    finally:
        closed(document)


def _splits_an_end(text: str, edit: tuple[int, int, str]) -> bool:
    """Whether an edit begins or ends inside of CR LF, where no position of the protocol leads."""
    return any(text[at - 1 : at + 1] == "\r\n" for at in edit[:2] if at)


def _told(answer: Any, document: dict[str, str]) -> str:
    """An answer without what is the name or the number of its document."""
    kept = {key: value for key, value in answer.items() if key != "resultId"} if isinstance(answer, dict) else answer
    return json.dumps(kept, sort_keys=True).replace(document["uri"], "")


def conversions(chance: random.Random) -> None:
    """What parses still does after a conversion, and converting once more changes nothing. What does not parse is
    converted in pieces, of which the next conversion may understand others."""
    content = chance.choice(texts.seeds())
    for _ in range(chance.randrange(8)):
        edited = texts.apply(content, texts.change(chance, content))
        # most changes break a text: what parses is looked at more often
        content = edited if parses(edited) or chance.random() < 0.2 else content
    converted(content, chance.random() < 0.5)


def converted(content: str, best_effort: bool) -> None:
    catalog = shipped()
    wishes = Wishes()
    analysis = Analysis(Document.parse(content), catalog, Project(catalog))
    source = main_framework(analysis) or "torch"
    first = convert(analysis, wishes.target(source, catalog), best_effort).text
    if not parses(content):
        return
    if not parses(first):
        raise Found("what is converted does not parse")
    again = Analysis(Document.parse(first), catalog, Project(catalog))
    second = convert(again, wishes.target(source, catalog), best_effort).text
    if second != first:
        raise Found("a second conversion changes something")


def parses(content: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(content)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def streams(chance: random.Random) -> None:
    """Damaged bytes of a conversation end nothing, and every whole request with an id is answered once."""
    direct = Direct(server().folder)
    try:
        stream = bytearray(b"".join(framed(one) for one in conversation(chance, chance.randrange(1, 12))))
        for _ in range(chance.randrange(6)):
            at, length = chance.randrange(len(stream) + 1), chance.choice((0, 1, 1, 5, 40))
            stream[at : at + length] = chance.choice((b"", bytes([chance.randrange(256)]), b"\r\n", b"\r\n\r\n", NOISE))
        at = 0
        while at < len(stream) and direct.ended is None:
            size = chance.choice((1, 7, 64, 4096))
            direct.feed(bytes(stream[at : at + size]))
            at += size
        direct.settle()
        direct.look("a damaged stream")
        if direct.ended is None:
            # behind what was announced and never came
            direct.feed(b"\n" * 70_000)
            direct.answer("textDocument/hover", {"textDocument": {"uri": ""}, "position": {"line": 0, "character": 0}})
    finally:
        direct.close()


NOISE = b"Content-Length: 12\r\nContent-Length: x\r\n\r\n{}"


def framed(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def orders(chance: random.Random) -> None:
    """Messages in any order, with ids twice, cancelled, before the beginning and after the end: an answer for each."""
    direct = Direct(server().folder, initialize=chance.random() < 0.7)
    try:
        asked: dict[str, int] = {}
        for message in conversation(chance, chance.randrange(1, 30)):
            if direct.ended is not None:
                break
            direct.send(message)
            if "id" in message and "method" in message and direct.ended is None:
                key = json.dumps(message["id"])
                asked[key] = asked.get(key, 0) + 1
        direct.settle()
        direct.look("a strange order")
        for key, number in asked.items():
            got = len(direct.answers.get(key, ()))
            if got != number and direct.ended is None:
                raise Found(f"{got} answers to {number} requests of one id")
    finally:
        direct.close()


def conversation(chance: random.Random, number: int) -> list[dict[str, Any]]:
    """Messages that are well formed each, if not always true."""
    content = chance.choice(texts.seeds())
    document = {"uri": chance.choice((uri(), uri(), "untitled:1", "file:///no/such/file.py", "", "%%%", "file://[::1"))}
    made: list[dict[str, Any]] = []
    for _ in range(number):
        here = place(chance, content)
        method, params = chance.choice(
            (
                ("initialize", hello(server().folder)),
                ("initialized", {}),
                ("shutdown", None),
                (
                    "textDocument/didOpen",
                    {"textDocument": {**document, "languageId": "x", "version": 1, "text": content}},
                ),
                (
                    "textDocument/didChange",
                    {
                        "textDocument": {**document, "version": chance.choice((-1, 2, 2**40))},
                        "contentChanges": [{"range": {"start": here, "end": place(chance, content)}, "text": "x"}],
                    },
                ),
                ("textDocument/didClose", {"textDocument": document}),
                ("textDocument/hover", {"textDocument": document, "position": here}),
                ("textDocument/completion", {"textDocument": document, "position": here}),
                ("textDocument/diagnostic", {"textDocument": document}),
                ("textDocument/semanticTokens/full/delta", {"textDocument": document, "previousResultId": "7"}),
                ("torchspore/convert", {"textDocument": document}),
                ("torchspore/progress", chance.choice(({}, None, [], {"uri": 3}))),
                ("torchspore/left", {"uri": document["uri"]}),
                ("codeAction/resolve", {"title": "x", "data": chance.choice((None, 3, {}, {"uri": 1}, [[]]))}),
                ("completionItem/resolve", {"label": "x", "data": chance.choice((None, 3, {}, "torch.cat", ["a"]))}),
                ("inlayHint/resolve", {"position": here, "label": "x", "data": chance.choice((None, {}, 1))}),
                ("codeLens/resolve", {"range": {"start": here, "end": here}, "data": chance.choice((None, {}, "x"))}),
                ("workspace/executeCommand", {"command": chance.choice((*COMMANDS, "torchspore.explain", "x"))}),
                ("workspace/executeCommand", {"command": "torchspore.applyAction", "arguments": [{}]}),
                ("workspace/executeCommand", {"command": "torchspore.scanWorkspace", "arguments": []}),
                ("workspace/executeCommand", {"command": "torchspore.convertFile", "arguments": [document["uri"]]}),
                ("workspace/didChangeConfiguration", {"settings": chance.choice((None, 3, [], {"torchspore": 1}))}),
                ("workspace/didChangeWatchedFiles", {"changes": []}),
                ("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": []}}),
                ("$/cancelRequest", {"id": chance.choice((1, 2, 3, "a"))}),
                ("$/setTrace", {"value": "verbose"}),
                ("window/workDoneProgress/cancel", {"token": chance.choice((1, "x"))}),
                ("no/such/method", chance.choice((None, {}, [], 1, "x"))),
            )
        )
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if not method.startswith(("textDocument/did", "$/", "workspace/did", "initialized", "window/")):
            message["id"] = chance.choice((1, 2, 3, "a", "", -1, 2**60))
        made.append(message)
        if chance.random() < 0.05:
            made.append({"jsonrpc": "2.0", "id": chance.choice((1, "a")), "result": chance.choice((None, {}, 1))})
    return made


CHECKS: dict[str, Check] = {
    "documents": documents,
    "nests": nests,
    "edits": edits,
    "conversions": conversions,
    "streams": streams,
    "orders": orders,
}
