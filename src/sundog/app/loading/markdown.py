"""Markdown files as pages: their front matter, links and pictures.

Markdown is read as CommonMark (https://spec.commonmark.org) with tables, by markdown-it-py.
"""

from __future__ import annotations

import base64
import functools
import itertools
import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# Of the front matter, only the title is of interest.
_TITLE: Final = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
# The address of a picture in HTML.
_IMG_SRC: Final = re.compile(
    r"<img\b[^<>]*?\ssrc\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>=]+))", re.IGNORECASE
)
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/#?]|$")

MAX_PICTURE_BYTES: Final = 4 << 20

Resolve = Callable[[str], str | None]
Span = tuple[int, int]


def split_front_matter(text: str) -> tuple[str | None, str]:
    """Return the title that the front matter names, None without one, and the text after it."""
    lines = _lines(text)
    tokens = _parser().parse("\n".join(lines))
    if not tokens or tokens[0].type != "front_matter" or tokens[0].map is None:
        return None, text
    title = _TITLE.search(tokens[0].content)
    rest = "\n".join(lines[tokens[0].map[1] :])
    return (title[1].strip("\"'") or None) if title else None, rest


def first_heading(text: str) -> str | None:
    """Return the first heading of the highest level; None if there is none."""
    tokens = _parser().parse(text)
    for opening, inline in itertools.pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h1":
            parts = _parser().parseInline(inline.content)[0].children or ()
            return "".join(part.content for part in parts).strip() or None
    return None


def shown(text: str) -> dict[str, Any]:
    """Return the output that shows markdown."""
    return {
        "output_type": "display_data",
        "data": {"text/markdown": text, "text/plain": text},
        "metadata": {},
    }


def with_targets(text: str, resolve: Resolve) -> str:
    """Return text with the targets of its relative links replaced.

    Args:
        text: Markdown. Code in it is left alone; of HTML in it, pictures count.
        resolve: Called with the target of each relative link and picture, as it is written;
            returns the new target, or None to keep it.
    """
    parser, lines, env = _parser(), _lines(text), dict[str, Any]()
    for token in parser.parse("\n".join(lines), env):
        if token.type == "html_block" and token.map is not None:
            first, end = token.map
            block = "\n".join(lines[first:end])
            lines[first:end] = _replaced(block, _pictures_in_html(block), resolve).split("\n")
        if token.type != "inline" or token.map is None:
            continue
        changed = _replaced(token.content, _targets(parser, token.content, env), resolve)
        for number, (old, new) in enumerate(
            zip(token.content.split("\n"), changed.split("\n"), strict=True), start=token.map[0]
        ):
            # The line has what the content lacks: marks of lists and quotes, other cells.
            if old != new:
                lines[number] = lines[number].replace(old, new, 1)
    for reference in env.get("references", {}).values():
        first, end = reference["map"]
        lines[first:end] = _with_definition("\n".join(lines[first:end]), resolve).split("\n")
    return "\n".join(lines)


def with_pictures(item: dict[str, Any], resolve: Resolve) -> dict[str, Any]:
    """Return an output whose HTML and Markdown hold the pictures that they refer to.

    Args:
        item: An nbformat 4 output.
        resolve: Returns a picture for a relative target, or None; see `pictures_in`.
    """
    data = item.get("data") or {}
    found: dict[str, Any] = {}
    html, text = data.get("text/html"), data.get("text/markdown")
    if isinstance(html, str) and _IMG_SRC.search(html):
        found["text/html"] = _replaced(html, _pictures_in_html(html), resolve)
    if isinstance(text, str):
        found["text/markdown"] = with_targets(text, resolve)
    return {**item, "data": {**data, **found}} if found else item


def pictures_in(folder: Path) -> Resolve:
    """Return a function that resolves links to pictures in a folder, or below it.

    Links to hidden files (their names begin with a dot) and out of the folder stay as they are.
    """
    root = folder.resolve()

    def resolve(target: str) -> str | None:
        path, _, _ = split_target(target)
        try:
            found = (root / unquote(path)).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        return picture_below(root, found)

    return resolve


def split_target(target: str) -> tuple[str, str, str]:
    """Return the path of a relative link, the mark that ends it, and what follows the mark."""
    ends = [index for index in map(target.find, "?#") if index >= 0]
    end = min(ends, default=len(target))
    return target[:end], target[end : end + 1], target[end + 1 :]


def picture_below(root: Path, path: Path) -> str | None:
    """Return a picture as a data URL, if it is below a folder and not hidden."""
    if not path.is_relative_to(root):
        return None
    if any(part.startswith(".") for part in path.relative_to(root).parts):
        return None
    return picture(path)


def picture(path: Path) -> str | None:
    """Return a picture as a data URL; None if it is not a picture, or too large."""
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


# Reading -----------------------------------------------------------------------------------------

# Where the parser keeps what it has found, and in which text.
_SPANS: Final = "spans"
_SOURCE: Final = "source"


@functools.cache
def _parser() -> MarkdownIt:
    """Return a parser of blocks, whose rules for links note where their targets are."""
    # Imported by the first Markdown only: scripts start without it.
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import html_inline, image, link
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    parser.inline.ruler.at("link", functools.partial(_note_target, link, 0))
    parser.inline.ruler.at("image", functools.partial(_note_target, image, 1))
    parser.inline.ruler.at("html_inline", functools.partial(_note_picture, html_inline))
    return parser


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n?|\n", text)


def _targets(parser: MarkdownIt, content: str, env: dict[str, Any]) -> list[Span]:
    """Return where the targets of links and pictures are in the text of a block."""
    found: list[Span] = []
    parser.inline.parse(content, parser, {**env, _SPANS: found, _SOURCE: content}, [])
    return sorted(found)


def _note_target(
    rule: Callable[[StateInline, bool], bool], skip: int, state: StateInline, silent: bool
) -> bool:
    """Apply markdown-it's rule for a link or, with `skip` 1, a picture; note its target's place."""
    start = state.pos
    if not rule(state, silent):
        return False
    spans = state.env.get(_SPANS)
    # A picture's alternative text is parsed for itself.
    if not silent and spans is not None and state.src == state.env[_SOURCE]:
        end, state.pos = state.pos, start
        label = state.md.helpers.parseLinkLabel(state, start + skip, not skip)
        state.pos = end
        if state.src[label + 1 : label + 2] == "(":
            spans.append(_span(state.md, state.src, label + 2, end))
    return True


def _note_picture(
    rule: Callable[[StateInline, bool], bool], state: StateInline, silent: bool
) -> bool:
    """Apply markdown-it's rule for an HTML tag; note where the address of a picture is."""
    start = state.pos
    if not rule(state, silent):
        return False
    spans = state.env.get(_SPANS)
    if not silent and spans is not None and state.src == state.env[_SOURCE]:
        tag = state.src[start : state.pos]
        spans += [(start + first, start + end) for first, end in _pictures_in_html(tag)]
    return True


def _pictures_in_html(text: str) -> list[Span]:
    """Return where the addresses of pictures are in HTML."""
    return [found.span(found.lastindex or 0) for found in _IMG_SRC.finditer(text)]


def _span(parser: MarkdownIt, source: str, start: int, end: int) -> Span:
    """Return where the link target is that begins at or after a position."""
    while start < end and source[start] in " \t\n":
        start += 1
    return start, parser.helpers.parseLinkDestination(source, start, end).pos


def _replaced(content: str, spans: list[Span], resolve: Resolve) -> str:
    for start, end in reversed(spans):
        content = content[:start] + _target(content[start:end], resolve) + content[end:]
    return content


def _with_definition(lines: str, resolve: Resolve) -> str:
    """Return the lines of ``[label]: target`` with the new target."""
    start = lines.find("]:") + len("]:")
    return _replaced(lines, [_span(_parser(), lines, start, len(lines))], resolve)


def _target(written: str, resolve: Resolve) -> str:
    bare = written[1:-1] if written.startswith("<") else written
    found = None if _ELSEWHERE.match(bare) else resolve(bare)
    return written if found is None else found
