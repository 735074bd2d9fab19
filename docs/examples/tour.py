"""What TorchSpore says about a file: hovers at its most telling places, findings, the converted diff."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.rule import Rule
from rich.syntax import Syntax

from lsp_server.catalog.catalog import Catalog, shipped
from lsp_server.cli.support import diff
from lsp_server.findings import registry
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project, read_source
from lsp_server.inference.uses import Use, main_framework, uses
from lsp_server.migrate.explain import explain_use
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.syntax.document import Document

EXAMPLE = Path(__file__).with_name("build_block.py")
TELLING = ("Module.buffers", "Module.parameters", "nn.Conv2d", "nn.BatchNorm2d")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--lang", choices=["en", "zh-cn"], default="en")
    options = parser.parse_args()
    try:
        text = read_source(options.file)
    except OSError as error:
        print(f"{options.file}: {error.strerror}", file=sys.stderr)
        return 2
    console = Console() if sys.stdout.isatty() else Console(width=130)
    catalog = shipped()
    path = options.file.resolve()
    analysis = Analysis(Document.parse(text), catalog, Project(catalog, (path.parent,)), path)
    show_hovers(console, analysis, options.lang)
    show_findings(console, analysis, options.lang)
    show_conversion(console, catalog, analysis, path)
    return 0


def show_hovers(console: Console, analysis: Analysis, language: str) -> None:
    found: dict[str, Use] = {}
    for use in uses(analysis):
        if use.symbol.endswith(TELLING):
            found.setdefault(use.symbol, use)
    for name in TELLING:
        for symbol, use in found.items():
            if symbol.endswith(name):
                show_hover(console, analysis, use, language)


def show_hover(console: Console, analysis: Analysis, use: Use, language: str) -> None:
    target = Wishes(device="CPU").target("torch" if use.symbol.startswith("torch") else "mindspore", analysis.catalog)
    explanation = explain_use(use, target, "zh-cn" if language == "zh-cn" else "en")
    if explanation is not None:
        line, _ = analysis.document.lines.position(use.start)
        console.print(Rule(f"hover · line {line + 1} · {use.text}", align="left"))
        console.print(Markdown(explanation.markdown))
        console.print()


def show_findings(console: Console, analysis: Analysis, language: str) -> None:
    console.print(Rule("findings", align="left"))
    for finding in registry.check(analysis, list(registry.RULES.values())):
        line, column = analysis.document.lines.position(finding.start, "utf-32")
        message = registry.RULES[finding.code].text(finding, "zh-cn" if language == "zh-cn" else "en")
        console.print(f"{line + 1}:{column} [bold]{finding.code}[/bold] {message}", highlight=False)
    console.print()


def show_conversion(console: Console, catalog: Catalog, analysis: Analysis, path: Path) -> None:
    source = main_framework(analysis) or "torch"
    conversion = convert(analysis, Wishes(device="any").target(source, catalog))
    console.print(Rule(f"converted · {conversion.converted} uses, {len(conversion.left)} left", align="left"))
    console.print(Syntax(diff(analysis.document.text, conversion.text, path), "diff", background_color="default"))
    for left in conversion.left:
        line, _ = analysis.document.lines.position(left.start)
        console.print(f"left · line {line + 1}: {left.reason.text('en')}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
