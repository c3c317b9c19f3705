"""Makes and finds the environments: one for each `NAME.txt` beside this file.

Each has Sundog's own requirements, what its file lists, and Sundog as it stands in this tree. It is
made anew when something was taken from its list, and added to when something came to it.

    python tests/environments/make.py [NAME …]      makes those named, or all
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import tomllib
import venv
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENTS = ROOT / ".environments"
STAMP = "installed.txt"


def names() -> list[str]:
    """Return the names of all environments."""
    return sorted(path.stem for path in HERE.glob("*.txt"))


def requirements(name: str) -> list[str]:
    """Return what an environment holds, Sundog's own requirements first."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        own = tomllib.load(file)["project"]["dependencies"]
    return [*own, *pins(name)]


def pins(name: str) -> list[str]:
    """Return what an environment's file lists."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [text for line in lines if (text := line.partition("#")[0].strip())]


def folder(name: str) -> Path:
    """Return where an environment is or will be."""
    return ENVIRONMENTS / name


def python(name: str) -> Path:
    """Return an environment's interpreter."""
    return folder(name) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def installed(name: str) -> list[str]:
    """Return what was asked for when an environment was made; nothing if it is not complete."""
    try:
        return (folder(name) / STAMP).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def wanted(name: str) -> list[str]:
    """Return what `installed` returns of a fresh environment."""
    return [f"python {sys.version}", *requirements(name)]


def is_fresh(name: str) -> bool:
    """Return whether an environment holds what its file lists now."""
    return installed(name) == wanted(name)


def make(name: str) -> None:
    """Make an environment, or bring it up to date."""
    if is_fresh(name):
        return
    began = time.monotonic()
    place = folder(name)
    if not set(installed(name)) <= set(wanted(name)) or not installed(name):
        shutil.rmtree(place, ignore_errors=True)
        # Its own pip would only take time: the one that runs here installs into it.
        venv.create(place, symlinks=os.name != "nt", with_pip=False)
    (place / STAMP).unlink(missing_ok=True)
    into = [sys.executable, "-m", "pip", "--python", str(python(name))]
    options = ["--quiet", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([*into, "install", *options, *requirements(name)], check=True)
    _link_tree(name)
    (place / STAMP).write_text("\n".join(wanted(name)) + "\n", encoding="utf-8")
    print(f"made the environment {name} in {time.monotonic() - began:.0f} s", flush=True)


def _link_tree(name: str) -> None:
    """Let an environment import Sundog from this tree."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    found = subprocess.run([python(name), "-c", code], check=True, capture_output=True, text=True)
    path = Path(found.stdout.strip(), "sundog-tree.pth")
    path.write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Make the named environments, or all."""
    unknown = [name for name in arguments if name not in names()]
    if unknown:
        known = ", ".join(names())
        print(f"There is no environment {', '.join(unknown)}; there are {known}.", file=sys.stderr)
        return 2
    for name in arguments or names():
        make(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
