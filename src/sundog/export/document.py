"""Writes the exported page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sundog.export.archive import MANIFEST, ORIGIN, STATIC, Archive, add_bundle, add_extensions
from sundog.export.recording import Recording
from sundog.web.page import Bundle, PageConfig, Theme, render_document, script_json
from sundog.web.static import Extensions

STARTER: Final = "export"


@dataclass(frozen=True, slots=True)
class Exported:
    """The page, and the widget modules that no installed package has."""

    html: bytes
    missing: Sequence[str]


def export(
    recording: Recording,
    bundle: Path,
    extensions: Extensions,
    *,
    title: str = "",
    theme: Theme = "auto",
    icon: str = "",
    styles: Sequence[bytes] = (),
) -> Exported:
    """Return a recording as one page.

    Args:
        recording: The app's state.
        bundle: The folder with the built front end.
        extensions: The installed widget libraries.
        title: The page's title; by default the app's name.
        theme: The page's colours.
        icon: The URL of the page's icon.
        styles: The contents of style sheets that come after all others.

    Raises:
        StartupError: The front end has not been built.
    """
    front_end = Bundle(bundle)
    files = front_end.files()
    archive = Archive()
    starter = front_end.entry(STARTER)
    add_bundle(archive, bundle, (name for name in front_end.all_files() if name != starter))
    missing = add_extensions(archive, extensions, recording.modules, recording.mime_types)
    config = PageConfig(
        kernel="",
        page="exported",
        root=ORIGIN,
        mode="production",
        title=title or recording.name,
        extensions=MANIFEST,
        theme=theme,
        icon=icon,
        styles=tuple(f"data:text/css;base64,{_base64(style)}" for style in styles),
    )
    start = {"entry": STATIC + files.entry, "styles": [STATIC + style for style in files.styles]}
    parts = {
        "sundog-start": start,
        "sundog-files": archive.as_json(),
        "sundog-recording": {"frames": [_frame(frame) for frame in recording.frames]},
    }
    body = "".join(
        f'<script id="{name}" type="application/json">{script_json(value)}</script>\n'
        for name, value in parts.items()
    )
    script = _in_a_scope((bundle / starter).read_text(encoding="utf-8"))
    # The files are at the end, so that the first paint does not wait for them.
    html = render_document(config, script="", links="", end=f"{body}<script>{script}</script>\n")
    return Exported(html, missing)


def _frame(frame: str | bytes) -> dict[str, str]:
    if isinstance(frame, str):
        return {"text": frame}
    return {"base64": _base64(frame)}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _in_a_scope(module: str) -> str:
    """Return a module without imports as a script that defines no global names."""
    return f"(() => {{\n{module}\n}})();"
