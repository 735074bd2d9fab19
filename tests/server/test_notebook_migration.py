"""A notebook of thirty cells is moved to MindSpore with nothing but actions, and computes what it computed."""

from __future__ import annotations

import pytest
from lsprotocol import types

from tests.lesson import CELLS, computed
from tests.server.conftest import Editor, apply

URI = "file:///work/lesson.ipynb"


class Notebook:
    """The cells as an editor holds them: edits are applied to them, and told to the server."""

    def __init__(self, editor: Editor, sources: list[str]) -> None:
        self.editor = editor
        self.uris = [f"vscode-notebook-cell:/work/lesson.ipynb#W{number}" for number in range(len(sources))]
        self.texts = dict(zip(self.uris, sources, strict=True))
        self.version = 1
        cells = [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in self.uris]
        editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(URI, "jupyter-notebook", 1, cells),
                [types.TextDocumentItem(uri, "python", 1, text) for uri, text in self.texts.items()],
            )
        )

    async def act(self, uri: str, line: int, character: int, kind: str) -> bool:
        """Choose the first action of a kind. False if there is none."""
        found = await self.editor.actions(uri, types.Position(line, character), [kind])
        if not found:
            return False
        chosen = await self.editor.client.code_action_resolve_async(found[0])
        assert chosen.edit is not None and chosen.edit.document_changes
        changed = [one for one in chosen.edit.document_changes if isinstance(one, types.TextDocumentEdit)]
        self.version += 1
        for one in changed:
            target = one.text_document.uri
            assert one.text_document.version is not None
            self.texts[target] = apply(self.texts[target], types.WorkspaceEdit(document_changes=[one]))
        self.editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(self.version, URI),
                types.NotebookDocumentChangeEvent(
                    cells=types.NotebookDocumentCellChanges(
                        text_content=[
                            types.NotebookDocumentCellContentChanges(
                                types.VersionedTextDocumentIdentifier(self.version, one.text_document.uri),
                                [types.TextDocumentContentChangeWholeDocument(self.texts[one.text_document.uri])],
                            )
                            for one in changed
                        ]
                    )
                ),
            )
        )
        return True


@pytest.mark.frameworks
async def test_thirty_cells_with_actions_only(editor: Editor) -> None:
    assert len(CELLS) == 30
    book = Notebook(editor, CELLS)
    net = book.uris[19]
    assert [found.code for found in await editor.diagnostics(net)] == ["TS101"]
    hovered = await editor.hover(book.uris[28], types.Position(0, 7))
    assert hovered is None or "Net" in hovered
    assert await book.act(book.uris[0], 0, 0, "notebook.source.fixAll.torchspore")
    assert await editor.diagnostics(net) == []
    assert await book.act(book.uris[4], 0, 10, "source.convert.torchspore")
    moved = list(book.texts.values())
    kept = {1: CELLS[1], 2: CELLS[2], 7: CELLS[7]}
    assert {number: moved[number] for number in kept} == kept
    assert moved[0].startswith("%matplotlib inline\n") and moved[6].startswith("%%time\n")
    assert "class Net(nn.Cell):" in moved[19] and "def construct(self, x):" in moved[19]
    assert not [text for number, text in enumerate(moved) if number not in kept and "torch" in text]
    wanted = computed(CELLS)
    for name, found in computed(moved).items():
        assert found == pytest.approx(wanted[name], abs=1e-4), name


async def test_a_cell_is_fixed_alone_and_the_notebook_as_a_whole(editor: Editor) -> None:
    lost = "class A{0}(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    lost += "        self.b = self.register_buffer('b', torch.ones(1))\n"
    book = Notebook(editor, ["%pylab\nimport torch", lost.format(1), lost.format(2), "!ls"])
    one, two = book.uris[1:3]
    assert await book.act(one, 0, 0, "source.fixAll.torchspore")
    assert await editor.diagnostics(one) == []
    assert [found.code for found in await editor.diagnostics(two)] == ["TS101"]
    assert not await book.act(one, 0, 0, "source.fixAll.torchspore")
    assert await book.act(book.uris[0], 0, 0, "notebook.source.fixAll.torchspore")
    assert await editor.diagnostics(two) == []
    assert "self.register_buffer('b'" in book.texts[two] and "self.b =" not in book.texts[two]


async def test_a_call_in_a_cell_brings_its_import_to_a_cell_of_python(editor: Editor) -> None:
    """The first cell is shell: what is inserted at the top goes below the magic of the next one."""
    book = Notebook(editor, ["%%bash\nls", "%%time\nimport torch", "x = torch.cat([torch.ones(2)], dim=0)"])
    assert await book.act(book.uris[2], 0, 10, "refactor.rewrite.torchspore.call")
    first, second, third = book.texts.values()
    assert first == "%%bash\nls" and second.startswith("%%time\n") and "import" in second.partition("\n")[2]
    assert "ops.cat(" in third and "axis=0" in third


class TestGroups:
    """Of a client that shows groups of edits."""

    @pytest.fixture
    def annotations(self) -> bool:
        return True

    async def test_cells_are_edited_without_groups(self, editor: Editor) -> None:
        """VS Code's preview of groups takes all cells for one document."""
        book = Notebook(editor, ["import torch", "x = torch.tanh(torch.ones(2))  # to be checked"])
        (action,) = await editor.actions(book.uris[1], types.Position(0, 10), ["source.convert.torchspore"])
        resolved = await editor.client.code_action_resolve_async(action)
        assert resolved.edit is not None and resolved.edit.change_annotations is None
        assert len(resolved.edit.document_changes or []) == 2
