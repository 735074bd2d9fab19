"""Jupyter's server with jupyter-lsp and the published configuration: it starts TorchSpore and passes messages on."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from editor_layout import REPOSITORY, Layout

pytestmark = pytest.mark.editors

HERE = Path(__file__).resolve().parent
TOKEN = "only-for-this-test"


@pytest.fixture(scope="module")
def answers(require, layout: Layout, server_python: Path, tmp_path_factory: pytest.TempPathFactory):
    require("jupyter")
    home = tmp_path_factory.mktemp("jupyter")
    workspace = Path(shutil.copytree(HERE / "workspace", home / "workspace"))
    configuration = home / "config" / "jupyter_server_config.d"
    configuration.mkdir(parents=True)
    shutil.copy(REPOSITORY / "docs/editors/jupyterlab/torchspore.json", configuration)
    command = home / "bin" / "torchspore"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{REPOSITORY}" exec "{server_python}" -m lsp_server "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    python = str(layout.jupyter_venv / "bin" / "python")
    log = home / "server.log"
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
    }
    environment.pop("PYTHONPATH", None)
    with log.open("w") as output:
        server = subprocess.Popen(
            [
                python, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={address.rpartition(':')[2]}",
                f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={workspace}",
            ],
            env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while "is running at" not in log.read_text(errors="replace"):
            assert server.poll() is None and time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
            time.sleep(0.2)
        done = subprocess.run(
            [python, str(HERE / "jupyter_driver.py"), address, TOKEN, str(workspace / "network.py")],
            env=environment, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:] + log.read_text(errors="replace")[-2000:]
        yield json.loads(done.stdout)
    finally:
        server.terminate()
        server.wait(30)


def test_the_configuration_starts_the_server(answers: dict[str, object]) -> None:
    assert "torchspore" in list(answers["listed"])  # type: ignore[call-overload]  JSON
    assert answers["server"] == "torchspore"


def test_its_messages_arrive(answers: dict[str, object]) -> None:
    assert "moving_mean" in str(answers["hover"])
    assert "TS101" in list(answers["findings"])  # type: ignore[call-overload]  JSON
