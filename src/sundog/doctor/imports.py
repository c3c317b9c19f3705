"""Finds what an app imports, without running it."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sundog.app.loading.loader import looks_like_path, split_object
from sundog.doctor.distributions import Distribution, Installed
from sundog.doctor.findings import Finding, note, ok, problem
from sundog.errors import AppNotFoundError

CHECK: Final = "imports"
_MOST_FILES: Final = 2000


@dataclass(frozen=True, slots=True)
class Imports:
    """The files of an app and its project, and the top-level names they import."""

    files: tuple[Path, ...]
    names: frozenset[str]
    # Files that can't be parsed, and why.
    unreadable: tuple[tuple[Path, str], ...] = ()


def read_imports(app: str) -> Imports:
    """Return what an app and the modules of its project import.

    Raises:
        AppNotFoundError: The app cannot be found.
    """
    target, _ = split_object(app)
    waiting = _start(target)
    root = waiting[0].parent
    seen: set[Path] = set()
    names: set[str] = set()
    unreadable: list[tuple[Path, str]] = []
    while waiting and len(seen) < _MOST_FILES:
        path = waiting.pop().resolve()
        if path in seen:
            continue
        seen.add(path)
        try:
            tree = _parse(path)
        except (OSError, SyntaxError, ValueError, RecursionError) as error:
            unreadable.append((path, str(error)))
            continue
        for module, level in _imported(tree):
            inner = _project_files(module, level, path, root)
            waiting += inner
            if not inner and not level:
                names.add(module.partition(".")[0])
    return Imports(tuple(sorted(seen)), frozenset(names), tuple(unreadable))


def _start(target: str) -> list[Path]:
    path = Path(target).expanduser()
    if looks_like_path(target) or path.exists():
        if path.is_dir():
            found = sorted([*path.rglob("*.py"), *path.rglob("*.ipynb")])
            found = [file for file in found if ".ipynb_checkpoints" not in file.parts]
            if found:
                return found
        elif path.is_file():
            return [path]
        raise AppNotFoundError(
            f"Cannot find {target!r}. Check the path, which is relative to {Path.cwd()}."
        )
    sys.path.insert(0, str(Path.cwd()))
    try:
        spec = importlib.util.find_spec(target)
    except (ImportError, ValueError, AttributeError):
        spec = None
    finally:
        sys.path.remove(str(Path.cwd()))
    if spec is None or not spec.origin:
        raise AppNotFoundError(
            f"Cannot find a module {target!r}. For a file, give its path, such as app.py."
        )
    return [Path(spec.origin)]


def _parse(path: Path) -> ast.Module:
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_bytes()).get("cells", [])
        sources = ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
        return ast.parse("\n".join(map(_without_magics, sources)))
    if path.suffix == ".md":
        return ast.parse("")
    return ast.parse(path.read_bytes(), str(path))


def _without_magics(source: str) -> str:
    if source.lstrip().startswith("%%"):
        return ""
    lines = source.splitlines()
    return "\n".join(
        "pass" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines
    )


def _imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield base, node.level
            # Each name may be a module.
            yield from (
                (f"{base}.{alias.name}".strip("."), node.level)
                for alias in node.names
                if node.level or base
            )


def _project_files(module: str, level: int, path: Path, root: Path) -> list[Path]:
    base = root
    if level:
        base = path.parent
        for _ in range(level - 1):
            base = base.parent
    found = []
    folder = base
    for part in filter(None, module.split(".")):
        for candidate in (folder / f"{part}.py", folder / part / "__init__.py"):
            if candidate.is_file():
                found.append(candidate)
        folder = folder / part
    return found


def used_distributions(imports: Imports, installed: Installed) -> list[Distribution]:
    """Return the distributions with widgets that an app uses, directly or indirectly."""
    waiting = [name for each in imports.names for name in installed.by_import.get(each, [])]
    seen: set[str] = set()
    found: list[Distribution] = []
    while waiting:
        each = installed.get(waiting.pop())
        if each is None or each.name in seen:
            continue
        seen.add(each.name)
        if installed.has_widgets(each):
            found.append(each)
        waiting += each.requires
    return sorted(found, key=lambda each: each.name.lower())


def check_imports(imports: Imports, installed: Installed) -> Iterator[Finding]:
    """Check that everything an app imports is installed."""
    for path, reason in imports.unreadable:
        yield problem(CHECK, f"{path} can't be read: {reason}", "fix the file")
    missing = [
        name
        for name in sorted(imports.names)
        if name not in sys.stdlib_module_names
        and name not in installed.by_import
        and not _exists(name)
    ]
    for name in missing:
        yield note(CHECK, f"{name} is imported, but not installed", f"pip install {name}")
    if not missing and not imports.unreadable:
        count = len(imports.files)
        yield ok(CHECK, f"all imports of {count} {'file' if count == 1 else 'files'} are installed")


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
