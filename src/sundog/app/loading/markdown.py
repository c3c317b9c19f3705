"""Markdown files as pages: their front matter, links and pictures."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

# YAML between two lines of dashes, of which only the title is of interest.
_FRONT_MATTER: Final = re.compile(
    r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE
)
_TITLE: Final = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*\r?$", re.MULTILINE)
_HEADING: Final = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})")
# Links and pictures; code between back-ticks is matched first, so that it stays as it is.
_LINK: Final = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<before>!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()(?P<target><[^>\n]*>|[^\s()]+)"
)
_DEFINITION: Final = re.compile(r"^( {0,3}\[[^\]]+\]:[ \t]*)(\S+)", re.MULTILINE)
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/#?]|$")

MAX_PICTURE_BYTES: Final = 4 << 20

Resolve = Callable[[str], str | None]


def split_front_matter(text: str) -> tuple[str | None, str]:
    """Return the title that the front matter names, None without one, and the text after it."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return None, text
    title = _TITLE.search(found[1])
    return (title[1].strip("\"'") or None) if title else None, text[found.end() :]


def first_heading(text: str) -> str | None:
    """Return the first heading of the highest level, None where there is none."""
    for block, is_code in _blocks(text):
        found = None if is_code else _HEADING.search(block)
        if found:
            return re.sub(r"[*_`]", "", found[1]).strip() or None
    return None


def shown(text: str) -> dict[str, Any]:
    """Return the output that shows markdown."""
    return {
        "output_type": "display_data",
        "data": {"text/markdown": text, "text/plain": text},
        "metadata": {},
    }


def with_targets(text: str, resolve: Resolve) -> str:
    """Return text whose relative links lead to what `resolve` says; None leaves them as they are.

    Code is left alone.
    """

    def target(written: str) -> str:
        bare = written[1:-1] if written.startswith("<") else written
        found = None if _ELSEWHERE.match(bare) else resolve(bare)
        return written if found is None else found

    def link(found: re.Match[str]) -> str:
        return found[0] if found["code"] else found["before"] + target(found["target"])

    def definition(found: re.Match[str]) -> str:
        return found[1] + target(found[2])

    return "".join(
        block if is_code else _DEFINITION.sub(definition, _LINK.sub(link, block))
        for block, is_code in _blocks(text)
    )


def picture(path: Path) -> str | None:
    """Return a picture as an address that holds it; None where it is none, or too large."""
    mime, _ = mimetypes.guess_type(path.name)
    if mime is None or not mime.startswith("image/"):
        return None
    try:
        if not path.is_file() or path.stat().st_size > MAX_PICTURE_BYTES:
            return None
        data = base64.b64encode(path.read_bytes()).decode()
    except OSError:
        return None
    return f"data:{mime};base64,{data}"


def _blocks(text: str) -> list[tuple[str, bool]]:
    """Return a text's parts, and of each whether it is fenced code."""
    blocks: list[tuple[str, bool]] = []
    lines: list[str] = []
    fence: str | None = None
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if fence is None and found:
            blocks.append(("".join(lines), False))
            lines, fence = [line], found[1]
            continue
        lines.append(line)
        closes = found and found[1].startswith(fence or "\0") and not line.strip().strip("`~")
        if fence is not None and closes:
            blocks.append(("".join(lines), True))
            lines, fence = [], None
    blocks.append(("".join(lines), fence is not None))
    return blocks
