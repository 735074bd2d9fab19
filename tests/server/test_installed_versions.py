"""The versions that the user's environment has decide how calls are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygls.workspace import Workspace

from lsp_server.catalog.catalog import shipped
from lsp_server.server.documents import Documents
from lsp_server.server.offers import Offers
from lsp_server.server.session import Session
from lsp_server.settings.model import Settings


@pytest.fixture
def session() -> Session:
    return Session(shipped(), Documents(Workspace(None)))


def environment(root: Path, version: str) -> tuple[str, ...]:
    site = root / "lib" / "python3.11" / "site-packages"
    (site / f"mindspore-{version}.dist-info").mkdir(parents=True)
    return (str(root / "bin" / "python"),)


def test_an_older_mindspore_is_read_with_its_own_signatures(session: Session, tmp_path: Path) -> None:
    session.use(Settings(interpreter=environment(tmp_path, "2.8.0")))
    assert session.catalog.versions["mindspore"] == "2.8.0"
    old, new = (
        session.catalog.symbol("mindspore.mint.distributed.init_process_group"),
        shipped().symbol("mindspore.mint.distributed.init_process_group"),
    )
    assert old is not None
    assert new is not None
    assert old.signatures != new.signatures


def test_a_member_is_offered_from_its_first_version_on() -> None:
    def members(version: str) -> set[str]:
        return {offer.member for offer in Offers(shipped().at("mindspore", version)).at("mindspore.runtime")}

    assert "PluggableAllocator" in members("2.7.1")
    assert "PluggableAllocator" not in members("2.7.0")
    assert "set_cur_stream" in members("2.7.0")


def test_without_an_environment_the_catalog_is_the_shipped_one(session: Session) -> None:
    session.use(Settings())
    assert session.catalog is shipped()


def test_a_new_environment_makes_new_analyses(session: Session, tmp_path: Path) -> None:
    project = session.project
    session.use(Settings(interpreter=environment(tmp_path, "2.8.0")))
    assert session.project is not project
    again = session.project
    session.use(Settings(interpreter=(str(tmp_path / "bin" / "python"),)))
    assert session.project is again
