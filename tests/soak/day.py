"""A day at the desk: what somebody does who moves a project to another framework. The same seed gives the same day."""

from __future__ import annotations

import random
import re
from pathlib import Path

from .editor import Buffer, Change, Editor

STATEMENTS = (
    "x = torch.cat([x, x], dim=1)",
    "y = self.conv(x).relu_()  # 先卷积，再激活 😀",
    "self.scale = nn.Parameter(torch.ones(3, 3))",
    "self.register_buffer('mean', torch.zeros(3))",
    "loss = F.cross_entropy(logits, target, label_smoothing=0.1)",
    "optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)",
    "for name, value in model.named_buffers(): print(name, value.shape)",
    "with torch.no_grad(): out = model(x).softmax(-1)",
    "self.blocks = nn.ModuleList([nn.Linear(8, 8) for _ in range(4)])",
    "mask = torch.tril(torch.ones(n, n, device=x.device)).bool()",
    "x = x.view(-1, 3).permute(1, 0).contiguous()",
    "assert x.dtype is torch.float32, f'{x.dtype}'",
)
PASTED = """
class Pasted{0}(nn.Module):
    def __init__(self, width: int = {0}):
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.head = nn.Sequential(nn.Conv2d(width, width, 3), nn.ReLU(inplace=True))

    def forward(self, x):
        return self.head(self.norm(x)).mean(dim=(2, 3))

"""
MOST_OPEN = 10
FEWEST_OPEN = 3


class Day:
    """Sessions over one workspace. Every step is one thing that a person does, with all that its editor asks then."""

    def __init__(self, editor: Editor, workspace: Path, framework: str, seed: int) -> None:
        self._editor = editor
        self._workspace = workspace
        self._framework = framework
        self._random = random.Random(seed)
        self._pasted = 0
        self._tokens: dict[Path, str] = {}

    def session(self, steps: int) -> None:
        """Open some files, work, look whether the server has all texts, and close everything."""
        while len(self._editor.buffers) < FEWEST_OPEN:
            self._open()
        doings = [self._type] * 6 + [self._look] * 5 + [self._act] * 2 + [self._paste, self._word, self._undo] * 2
        doings += [self._open, self._close, self._save, self._rename, self._convert, self._reformat, self._overview]
        for _ in range(steps):
            self._random.choice(doings)()
        self.check()
        for buffer in list(self._editor.buffers.values()):
            self._end(buffer)

    def check(self) -> None:
        """No document is lost: the server has what the client has."""
        for buffer in self._editor.buffers.values():
            has = self._editor.server_s_text(buffer, self._framework)
            assert has == buffer.text, f"{buffer.path.name} differs"

    def _buffer(self) -> Buffer:
        return self._random.choice(list(self._editor.buffers.values()))

    def _open(self) -> None:
        known = self._editor.buffers
        closed = [path for path in sorted(self._workspace.rglob("*.py")) if path not in known]
        if closed and len(known) < MOST_OPEN:
            self._show(self._editor.open(self._random.choice(closed)))

    def _show(self, buffer: Buffer) -> None:
        """What an editor asks when a file comes into view."""
        for kind in ("textDocument/diagnostic", "textDocument/codeLens"):
            self._editor.ask_about(kind, buffer)
        end = buffer.position(min(len(buffer.text), 3000))
        range_ = {"start": {"line": 0, "character": 0}, "end": end}
        self._editor.ask_about("textDocument/inlayHint", buffer, range=range_)
        tokens = self._editor.ask_about("textDocument/semanticTokens/full", buffer)
        self._tokens[buffer.path] = (tokens or {}).get("resultId") or ""

    def _refresh(self, buffer: Buffer) -> None:
        """What an editor asks when typing pauses."""
        self._editor.ask_about("textDocument/diagnostic", buffer)
        known = self._tokens.get(buffer.path)
        if known:
            tokens = self._editor.ask_about("textDocument/semanticTokens/full/delta", buffer, previousResultId=known)
            self._tokens[buffer.path] = (tokens or {}).get("resultId") or ""

    def _close(self) -> None:
        if len(self._editor.buffers) > FEWEST_OPEN:
            self._end(self._buffer())

    def _end(self, buffer: Buffer) -> None:
        """Nothing of the day stays on the disk: the next one begins with the same files."""
        self._editor.undo(buffer)
        self._editor.save(buffer)
        self._editor.close(buffer)
        self._tokens.pop(buffer.path, None)

    def _type(self) -> None:
        buffer = self._buffer()
        places = list(re.finditer(r"^( +)\S.*\n", buffer.text, re.MULTILINE))
        if not places:
            return
        place = self._random.choice(places)
        at = place.end()
        self._editor.change(buffer, Change(at, at, place[1] + "\n"))
        at += len(place[1])
        for character in self._random.choice(STATEMENTS):
            self._editor.change(buffer, Change(at, at, character))
            at += 1
            if character == ".":
                found = self._editor.ask_at("textDocument/completion", buffer, at)
                items = found["items"] if found else []
                if items and self._random.random() < 0.2:
                    self._editor.ask("completionItem/resolve", self._random.choice(items))
            elif character in "(,":
                self._editor.ask_at("textDocument/signatureHelp", buffer, at)
        self._refresh(buffer)

    def _look(self) -> None:
        buffer = self._buffer()
        names = [match.start() + 1 for match in re.finditer(r"\w{3,}", buffer.text)]
        for offset in self._random.choices(names, k=8):
            self._editor.ask_at("textDocument/hover", buffer, offset)
        self._editor.ask_at("textDocument/definition", buffer, self._random.choice(names))

    def _act(self) -> None:
        """Ask what can be done at a place; do it, look at it, and take it back."""
        buffer = self._buffer()
        names = [match.start() + 1 for match in re.finditer(r"\b(?:nn|torch|F|self)\.\w+", buffer.text)]
        if not names:
            return
        place = buffer.position(self._random.choice(names))
        range_, context = {"start": place, "end": place}, {"diagnostics": []}
        actions = self._editor.ask_about("textDocument/codeAction", buffer, range=range_, context=context)
        if not actions:
            return
        chosen = self._editor.ask("codeAction/resolve", self._random.choice(actions))
        if "edit" in chosen:
            before = len(buffer.undone_by)
            self._editor.apply(chosen["edit"])
            self._refresh(buffer)
            self._editor.undo(buffer, before)

    def _paste(self) -> None:
        buffer = self._buffer()
        self._pasted += 1
        self._editor.change(buffer, Change(len(buffer.text), len(buffer.text), PASTED.format(self._pasted % 7)))
        self._refresh(buffer)

    def _word(self) -> None:
        """A name is written anew, in two changes of one notification, as editors with several cursors send it."""
        buffer = self._buffer()
        word = self._random.choice(list(re.finditer(r"\w{3,}", buffer.text)))
        first = Change(word.start(), word.end(), "")
        self._editor.change(buffer, first, Change(word.start(), word.start(), word[0] + "_2"))
        self._editor.ask_at("textDocument/hover", buffer, word.start())
        self._refresh(buffer)

    def _undo(self) -> None:
        buffer = self._buffer()
        self._editor.undo(buffer, len(buffer.undone_by) // 2)
        self._refresh(buffer)

    def _save(self) -> None:
        self._editor.save(self._buffer())

    def _rename(self) -> None:
        buffer = self._buffer()
        self._editor.undo(buffer)
        stem = buffer.path.stem
        name = stem.removesuffix("_renamed") if stem.endswith("_renamed") else f"{stem}_renamed"
        self._show(self._editor.rename(buffer, f"{name}.py"))

    def _convert(self) -> None:
        other = "mindspore" if self._framework == "torch" else "torch"
        self._editor.ask_about("torchspore/convert", self._buffer(), to=other)

    def _reformat(self) -> None:
        buffer = self._buffer()
        self._editor.replace_all(buffer, re.sub(r"[ \t]+$", "", buffer.text, flags=re.MULTILINE))
        self._refresh(buffer)

    def _overview(self) -> None:
        self._editor.ask("torchspore/progress", {})
