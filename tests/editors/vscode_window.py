"""One running VS Code for all test files of a language: it starts once, and each scenario gets a window."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import pytest
import vsix
from editor_layout import CLIENT, Layout, chromium

HERE = Path(__file__).resolve().parent
START_TIMEOUT_S = 300
WELCOME_TIMEOUT_S = 300
STOP_TIMEOUT_S = 60
LOG_TAIL = 40

Seen = Callable[[str], Any]
"""What was seen, by the name of the observation; fails, with the logs, if it was not."""


class Started(NamedTuple):
    """Where things lie, for scenarios and tests that change them."""

    home: Path
    chosen_interpreter: Path
    """What the stand-in for the Python extension takes for the user's choice."""


class VsCode:
    """A code-server with the extension under test, in one language, and a browser that shows it."""

    def __init__(
        self, layout: Layout, extension: Path, python: Path, home: Path, artifacts: Path, language: str
    ) -> None:
        self.python = python
        self.artifacts = artifacts
        self.language = language
        self.started = Started(home, home / "chosen-interpreter")
        self.started.chosen_interpreter.write_text(str(python), encoding="utf-8")
        extensions = [extension, vsix.pack(HERE / "fake_python", home / "fake_python.vsix")]
        if language != "en":
            extensions.append(vsix.pack(HERE / "chinese", home / "chinese.vsix"))
        options = {
            "chromium": chromium(),
            "codeServer": str(layout.code_server / "out" / "node" / "entry.js"),
            "environment": {
                "TORCHSPORE_TEST_INTERPRETER": str(self.started.chosen_interpreter),
                "XDG_CACHE_HOME": str(home / "cache"),
            },
            "extensions": [str(path) for path in extensions],
            "home": str(home),
            "language": language,
            "playwright": str(layout.playwright),
        }
        (home / "options.json").write_text(json.dumps(options), encoding="utf-8")
        self._errors = (home / "driver.log").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [str(layout.node), str(HERE / "vscode_session.mjs"), str(home / "options.json")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )
        self._answer(START_TIMEOUT_S)
        self.welcome = self._welcome()

    def _welcome(self) -> Seen:
        """What the first window of all shows. It comes first, or its walkthrough would lie over another one's file."""
        texts = client_texts(self.language)
        commands = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))["contributes"]["commands"]
        shown = [one["title"].strip("%") for one in commands if one.get("enablement") != "torchspore.migrating"]
        # Whether it comes again has nothing to do with the language, and another window takes its time.
        again = {}
        if self.language == "en":
            again["other"] = str(shutil.copytree(HERE / "welcome_workspace", self.started.home / "other"))
        return self.play(
            "welcome",
            HERE / "welcome_workspace",
            prefix=f"welcome-{self.language}",
            timeout=WELCOME_TIMEOUT_S,
            texts={**texts, **headings(self.language)},
            titles=[texts[name] for name in shown],
            hover="running_mean",
            **again,
        )

    def play(
        self,
        scenario: str,
        workspace: Path,
        *,
        prefix: str,
        timeout: float,
        settings: dict[str, Any] | None = None,
        **wishes: Any,
    ) -> Seen:
        """Run ``scenario``.mjs in a window on a copy of a project, with ``settings`` in its workspace.

        Pictures of what it saw: ``artifacts/screenshots/PREFIX-….png``; all of it: ``artifacts/PREFIX-seen.json``.
        """
        home = self.started.home / prefix
        copy = Path(shutil.copytree(workspace, home / "workspace"))
        log, out = home / "server.log", home / "seen.json"
        settings = {
            "torchspore.interpreter": [str(self.python)],
            "torchspore.args": ["--log-file", str(log)],
            **(settings or {}),
        }
        (copy / ".vscode").mkdir()
        (copy / ".vscode" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        screenshots = self.artifacts / "screenshots"
        for old in screenshots.glob(f"{prefix}-*.png"):
            old.unlink()
        request = {
            "scenario": scenario,
            "workspace": str(copy),
            "settings": settings,
            "log": str(log),
            "out": str(out),
            "prefix": prefix,
            "screenshots": str(screenshots),
            **wishes,
        }
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # a driver that has ended has said why
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        said = self._answer(timeout)
        if not out.exists():
            pytest.fail(f"{said}\n{tail(log)}", pytrace=False)
        observations = json.loads(out.read_text(encoding="utf-8"))
        text = json.dumps(observations, indent=1, ensure_ascii=False)
        (self.artifacts / f"{prefix}-seen.json").write_text(text, encoding="utf-8")
        whole = observations.get("window", {}).get("error", "")

        def look(name: str) -> Any:
            observation = observations.get(name, {"error": f"the driver did not get that far. {whole}"})
            if "error" in observation:
                pytest.fail(f"{name}: {observation['error']}\nscreenshots: {screenshots}\n{tail(log)}", pytrace=False)
            return observation["value"]

        return look

    def stop(self) -> None:
        """End the browser, the editor and all of its servers."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _answer(self, timeout: float) -> str:
        """The next line of the driver. Fails the test if it has failed, or says nothing for too long."""
        assert self._process.stdout is not None
        watchdog = Timer(timeout, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        said = json.loads(line) if line else {"error": f"the driver ended, or was ended after {timeout:.0f} s"}
        if "error" in said:
            errors = (self.started.home / "driver.log").read_text(encoding="utf-8", errors="replace")
            pytest.fail(f"{said['error']}\n{errors[-4000:]}", pytrace=False)
        return str(said.get("output", ""))


def client_texts(language: str) -> dict[str, str]:
    """The texts of the manifest, by key."""
    name = "package.nls.json" if language == "en" else f"package.nls.{language}.json"
    return json.loads((CLIENT / name).read_text(encoding="utf-8"))


def headings(language: str) -> dict[str, str]:
    """The heading of each page of the walkthrough, by step."""
    end = ".md" if language == "en" else f".nls.{language}.md"
    pages = {path.name.partition(".")[0]: path for path in (CLIENT / "walkthrough").glob("*.md")}
    return {
        step: (CLIENT / "walkthrough" / f"{step}{end}").read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        for step in pages
    }


def extension_under_test(layout: Layout) -> Path:
    """A ready .vsix if one is named, otherwise one of the work tree."""
    ready = os.environ.get("TORCHSPORE_VSIX")
    return Path(ready) if ready else vsix.build(layout)


def tail(log: Path) -> str:
    if not log.exists():
        return "--- no server log: the server never wrote one ---"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL:]
    return "--- server log ---\n" + "\n".join(line[:500] for line in lines)
