"""Looks at every link of the built site: does it lead to a file and an anchor that are there, and never to fetch from another host."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

_FETCHED = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)
_IMPORTED = re.compile(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)'\"]+")


class _Page(HTMLParser):
    """The anchors and the links of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = {"", "__top"}
        self.links: list[tuple[str, bool]] = []
        """Each with whether a browser fetches it by itself."""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := values.get(name))}
        if tag == "a" and values.get("href") is not None:
            self.links.append((str(values["href"]), False))
        elif (
            tag in _FETCHED
            and values.get(_FETCHED[tag]) is not None
            and values.get("rel") not in ("canonical", "next", "prev")
        ):
            self.links.append((str(values[_FETCHED[tag]]), True))


def broken(site: Path) -> list[str]:
    """One line for each link that leads nowhere, and for each file that is fetched from another host."""
    pages = {path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    wrong: dict[str, None] = {}
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # served for any address, so its links begin at the top of a site that is not known here
        for link, is_fetched in page.links:
            if _ELSEWHERE.match(link):
                if is_fetched and not link.startswith("data:"):
                    wrong[f"{path.relative_to(site)} fetches {link}"] = None
                continue
            address, anchor = urldefrag(link)
            target = (path.parent / unquote(address)).resolve() if address else path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                wrong[f"{path.relative_to(site)}: {link} is not there"] = None
            elif anchor and target in pages and unquote(anchor) not in pages[target].anchors:
                wrong[f"{path.relative_to(site)}: {link} has no such anchor"] = None
    for style in sorted(site.rglob("*.css")):
        for found in _IMPORTED.findall(style.read_text(encoding="utf-8")):
            wrong[f"{style.relative_to(site)} fetches {found}"] = None
    return list(wrong)
