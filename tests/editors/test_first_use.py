"""From nothing to the first hover, with the built wheel and the built .vsix: the path works and needs no configuration.

How long it takes is printed by ``python tests/editors/first_use.py``; on a busy machine that says little, so it is
not asserted.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from editor_layout import Layout
from first_use import local_index, walk

from lsp_server import __version__

pytestmark = pytest.mark.editors


def test_a_new_user_gets_a_hover_without_configuration(
    require, extension: Path, layout: Layout, tmp_path: Path
) -> None:
    require("code-server", "code-server-dependencies", "code-server-extensions", "playwright", browser=True)
    walked = walk(layout, extension, local_index(layout), tmp_path)
    assert walked.version.endswith(__version__)
    assert "torch.nn.BatchNorm2d" in walked.hover and "MindSpore" in walked.hover
    assert len(walked.seconds) == 5
