"""IPython's `FileLink` and `FileLinks`: their links lead to the files, below the kernel's address.

IPython writes the path of a file as the link's address, which a notebook server serves; other
addresses of a page are pages of the app.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from IPython.lib.display import FileLink, FileLinks

from sundog.kernel import VirtualKernel

# As `IPython.lib.display` writes links.
_LINK: Final = re.compile(r"<a href='([^']*)' target='_blank'>")


def is_file_link(obj: object) -> bool:
    """Whether an object is shown as links to files."""
    return isinstance(obj, (FileLink, FileLinks)) and not obj.url_prefix


def with_addresses(bundle: dict[str, Any], kernel: VirtualKernel) -> dict[str, Any]:
    """Return a file link's MIME bundle with addresses under which the server offers the files.

    Links to files outside of the working directory and the app's folder stay as they are.
    """
    text = bundle.get("text/html")
    if not isinstance(text, str):
        return bundle
    roots = [Path.cwd()]
    app = kernel.namespace.get("__file__")
    if isinstance(app, str):
        roots.append(Path(app).parent)

    def address(match: re.Match[str]) -> str:
        path = Path(html.unescape(match[1]))
        key = kernel.files.offer(path, roots)
        if key is None:
            return match[0]
        root = kernel.request.root_path
        url = f"{root}/_sundog/kernel/{kernel.id}/file/{key}/{quote(path.name)}"
        return f"<a href='{html.escape(url)}' target='_blank'>"

    return {**bundle, "text/html": _LINK.sub(address, text)}
