"""Front-end packages as installers leave them."""

from __future__ import annotations

import json
from pathlib import Path


def labextension(data: Path, name: str, script: str = "// container", **jupyterlab: object) -> Path:
    """Write a labextension into a data folder and return its own."""
    folder = data / "labextensions" / name
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "remoteEntry.abc.js").write_text(script, encoding="utf-8")
    build = {"load": "static/remoteEntry.abc.js", "extension": "./extension"}
    package = {"name": name, "version": "1.2.3", "jupyterlab": {"_build": build, **jupyterlab}}
    (folder / "package.json").write_text(json.dumps(package))
    return folder


def nbextension(data: Path, name: str, *files: str) -> Path:
    """Write an nbextension into a data folder and return its own."""
    folder = data / "nbextensions" / name
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).write_text("define(() => ({}));")
    return folder
