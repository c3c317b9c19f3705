"""Finds and compiles an app: a script, a notebook, a text or a module."""

from __future__ import annotations

import ast
import builtins
import difflib
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from typing import Any

from sundog.app.loading import markdown
from sundog.app.loading.failures import execution_error
from sundog.app.loading.model import App, Cell, Kind
from sundog.errors import AppNotFoundError
from sundog.hooks.ipython.cells import compile_code
from sundog.sharing.analysis import NOTHING, Analysis
from sundog.sharing.classes import TABLE, KeptClasses, analyse_sources, keep_classes

SUFFIXES = (".py", ".ipynb", ".md")
KINDS = {".py": Kind.SCRIPT, ".ipynb": Kind.NOTEBOOK, ".md": Kind.MARKDOWN}


def load(spec: str) -> App:
    """Find and compile an app.

    Args:
        spec: A path (``app.py``, ``report.ipynb``) or a module (``package.module``). It may name
            an object there: ``app.py:page``, ``app.py:views.main``.

    Raises:
        AppNotFoundError: The app cannot be found.
        AppExecutionError: Its source can't be compiled.
    """
    target, object_path = split_object(spec)
    if object_path is not None and not all(part.isidentifier() for part in object_path.split(".")):
        raise AppNotFoundError(
            f"{spec!r}: {object_path!r} after the colon is not the name of an object. "
            f"Use a name such as app.py:page or app.py:views.page."
        )
    if looks_like_path(target):
        path = find_file(target)
        return load_file(path, spec, object_path)
    return load_module(target, spec, object_path)


def split_object(spec: str) -> tuple[str, str | None]:
    """Split ``app.py:obj`` into its file or module and the object's path, None if there is none."""
    target, colon, object_path = spec.rpartition(":")
    # A single letter before the colon is a drive, as in C:\\app.py.
    if not colon or len(target) == 1 or "/" in object_path or "\\" in object_path:
        return spec, None
    return target, object_path


def looks_like_path(target: str) -> bool:
    """Whether a target is meant as a file or folder, not as a module."""
    if target.endswith(SUFFIXES) or "/" in target or "\\" in target or target in ("", ".", ".."):
        return True
    return not all(part.isidentifier() for part in target.split(".")) or Path(target).is_file()


# Files -------------------------------------------------------------------------------------------


def find_file(target: str) -> Path:
    """Return an app's file.

    Raises:
        AppNotFoundError: The file cannot be found; the message suggests a similar one.
    """
    path = Path(target).expanduser()
    if path.is_dir():
        raise AppNotFoundError(
            f"{target!r} is a folder, which has no objects. Name a file in it{_example(path)}."
        )
    if not path.exists():
        where = path.parent if str(path.parent) != "." else Path.cwd()
        raise AppNotFoundError(f"Cannot find {target!r} in {where}.{_did_you_mean(path)}")
    if path.suffix not in SUFFIXES:
        kind = path.suffix or "a file without a suffix"
        raise AppNotFoundError(
            f"{target!r}: {kind} is not supported. An app is a Python script (.py), a notebook "
            "(.ipynb), a Markdown text (.md), or a folder of these."
        )
    return path.resolve()


def _example(folder: Path) -> str:
    files = sorted(p.name for p in folder.iterdir() if p.suffix in SUFFIXES)
    return f", such as {folder / files[0]}" if files else ""


def _did_you_mean(path: Path) -> str:
    if not path.parent.is_dir():
        return f" The folder {str(path.parent)!r} does not exist."
    names = sorted(p.name for p in path.parent.iterdir() if p.suffix in SUFFIXES)
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    if not near:
        near = [name for name in names if Path(name).stem == path.stem]
    if near:
        return f" Did you mean {path.with_name(near[0])}?"
    if names:
        return f" Found: {', '.join(names[:8])}{', …' if len(names) > 8 else ''}."
    return ""


def load_file(path: Path, spec: str, object_path: str | None = None) -> App:
    """Read and compile a script, a notebook or a text."""
    kind = KINDS[path.suffix]
    title: str | None = None
    analysis = NOTHING
    try:
        source = path.read_bytes()
    except OSError as error:
        raise AppNotFoundError(f"Cannot read {path}: {error.strerror}.") from None
    if kind is Kind.NOTEBOOK:
        from sundog.app.loading.notebook import read_cells

        cells, analysis = read_cells(source, path)
    elif kind is Kind.MARKDOWN:
        title, cells = _text_cells(source, path)
    else:
        analysis = analyse_sources([source])
        cells = (_script_cell(source, str(path), analysis),)
    return App(
        name=path.stem,
        spec=spec,
        kind=kind,
        path=path,
        folder=path.parent,
        object_path=object_path,
        cells=cells,
        identity={"__name__": "__main__", "__file__": str(path), "__spec__": None},
        title=title,
        analysis=analysis,
    )


def _text_cells(source: bytes, path: Path) -> tuple[str | None, tuple[Cell, ...]]:
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AppNotFoundError(
            f"Cannot read {path}: it is not UTF-8 text. Save it as UTF-8."
        ) from None
    title, text = markdown.split_front_matter(text)
    if not text.strip():
        return title, ()
    linked = markdown.with_targets(text, markdown.pictures_in(path.parent))
    cell = Cell(number=1, shown=(markdown.shown(linked),))
    return title or markdown.first_heading(text), (cell,)


def _script_cell(source: bytes, filename: str, analysis: Analysis) -> Cell:
    def rewrite(tree: ast.Module) -> ast.Module:
        return keep_classes(tree, analysis)

    try:
        return Cell(number=1, code=compile_code(source, filename, rewrite=rewrite))
    except (SyntaxError, ValueError) as error:
        raise execution_error(error, filename) from error


# Modules -----------------------------------------------------------------------------------------


def load_module(name: str, spec: str, object_path: str | None) -> App:
    """Find and compile a module, without importing it; packages above it are imported."""
    folder = Path.cwd()
    found = find_module(name)
    loader = found.loader
    source = _source_of(found)
    if source is None or found.origin is None:
        raise AppNotFoundError(f"Module {name!r} has no Python source, so it can't run as an app.")
    path = Path(found.origin)
    identity: dict[str, Any] = {
        "__name__": found.name,
        "__file__": found.origin,
        "__spec__": found,
        "__loader__": loader,
        "__package__": found.parent,
    }
    if found.submodule_search_locations is not None:
        identity["__path__"] = list(found.submodule_search_locations)
    analysis = analyse_sources([source])
    return App(
        name=name.rpartition(".")[2],
        spec=spec,
        kind=Kind.MODULE,
        path=path,
        folder=folder,
        object_path=object_path,
        cells=(_script_cell(source.encode(), found.origin, analysis),),
        identity=identity,
        analysis=analysis,
    )


def _source_of(found: importlib.machinery.ModuleSpec) -> str | None:
    """Return a module's source, or None if it has none."""
    get_source = getattr(found.loader, "get_source", None)
    if get_source is not None:
        source: str | None = get_source(found.name)
        return source
    # The loader of pytest, which rewrites assertions, has no such method.
    if found.origin is None or not found.origin.endswith(".py"):
        return None
    try:
        return importlib.util.decode_source(Path(found.origin).read_bytes())
    except OSError:
        return None


def find_module(name: str) -> importlib.machinery.ModuleSpec:
    """Return where a module is; packages above it are imported.

    Raises:
        AppNotFoundError: The module cannot be found.
    """
    folder = str(Path.cwd())
    # As in `python -m`, modules in the current folder come first.
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return _find_spec(name)


def _find_spec(name: str) -> importlib.machinery.ModuleSpec:
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        found = None
        if error.name is not None and not (name + ".").startswith(error.name + "."):
            raise execution_error(error, name) from error
    except Exception as error:
        raise execution_error(error, name) from error
    if found is not None and found.loader is not None:
        return found
    if found is not None:
        raise AppNotFoundError(
            f"{name!r} is a folder, which has no objects. Name a file in it"
            f"{_example(Path(name.replace('.', '/')))}."
        )
    raise AppNotFoundError(
        f"Cannot find {name!r}: it is neither a file in {Path.cwd()} nor a module on Python's path."
        f"{_file_for_module(name)}"
    )


def _file_for_module(name: str) -> str:
    stem = Path(name.replace(".", "/"))
    for suffix in SUFFIXES:
        path = stem.with_suffix(suffix)
        if path.is_file():
            return f" Did you mean {path}?"
    return _did_you_mean(stem.with_suffix(".py")) if stem.parent.is_dir() else ""


def fill_namespace(namespace: dict[str, Any], app: App) -> None:
    """Empty a namespace, and put in what an app's code finds when it begins."""
    namespace.clear()
    namespace.update(
        {
            "__doc__": None,
            "__package__": None,
            "__loader__": None,
            "__builtins__": builtins,
            **app.identity,
        }
    )
    if app.analysis.functions:
        namespace[TABLE] = KeptClasses(namespace, str(app.path or app.spec), app.analysis)
