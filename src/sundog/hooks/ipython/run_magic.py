"""``%run``, with one namespace per kernel.

Upstream reason: IPython's puts the program into ``sys.modules["__main__"]`` while it runs, which
all kernels share.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.utils.process import arg_split

from sundog.hooks.ipython.cells import compile_code, execute_now

OWN_NAMES = frozenset({"__name__", "__file__", "__builtins__", "__doc__"})


def register(shell: Any) -> None:
    """Replaces IPython's ``%run``."""

    def run(line: str) -> None:
        """Run a program or a notebook: ``%run [-i] file [arguments]``.

        Its names are then in the app's namespace. ``-i`` runs it in that namespace.
        """
        words = arg_split(line)
        options = {word for word in words if word in ("-i", "-n")}
        words = [word for word in words if word not in options]
        if not words or words[0].startswith("-"):
            raise UsageError("%run takes a file to run, and the option -i only")
        path = _find(words[0], shell.user_ns.get("__file__"))
        if path.suffix == ".ipynb":
            _run_notebook(shell, path)
        else:
            _run_program(shell, path, words[1:], interactive="-i" in options)

    shell.register_magic_function(run, "line", "run")


def _find(name: str, app_file: str | None) -> Path:
    path = Path(name).expanduser()
    candidates = [path, path.with_name(path.name + ".py")]
    if app_file is not None and not path.is_absolute():
        candidates += [Path(app_file).parent / candidate for candidate in candidates]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise UsageError(f"%run: there is no file {name!r}")


def _run_program(shell: Any, path: Path, arguments: list[str], *, interactive: bool) -> None:
    code = compile_code(path.read_bytes(), str(path))
    own = {
        "__name__": "__main__",
        "__file__": str(path),
        "__builtins__": sys.modules["builtins"],
        "get_ipython": shell.get_ipython,
    }
    namespace = shell.user_ns if interactive else own
    argv = sys.argv[:]
    sys.argv[:] = [str(path), *arguments]
    try:
        execute_now(code, namespace)
    finally:
        sys.argv[:] = argv
        if not interactive:
            shell.user_ns.update({k: v for k, v in namespace.items() if k not in OWN_NAMES})


def _run_notebook(shell: Any, path: Path) -> None:
    import nbformat

    for cell in nbformat.read(str(path), as_version=4).cells:
        if cell.cell_type == "code":
            # As in IPython, so that the cell with the magic stops.
            shell.run_cell(cell.source).raise_error()
