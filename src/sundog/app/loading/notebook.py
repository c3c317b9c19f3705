"""Notebooks as apps: cells are compiled once, with IPython's own syntax."""

from __future__ import annotations

import ast
import base64
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.core.inputtransformer2 import TransformerManager

from sundog.app.loading.failures import execution_error
from sundog.app.loading.markdown import pictures_in, shown, with_targets
from sundog.app.loading.model import Cell
from sundog.errors import AppNotFoundError
from sundog.hooks.ipython.cells import Code, compile_code
from sundog.sharing.analysis import DECORATOR, NOTHING, Analysis
from sundog.sharing.classes import analyse_sources, keep_classes

# Both spellings of nbconvert's, Jupyter Book's and Voila's conventions.
HIDE_CELL = frozenset({"hide", "hide-cell", "remove-cell", "voila-hide"})
HIDE_OUTPUT = frozenset({"hide-output", "remove-output", "remove-all-outputs"})
SKIP = frozenset({"skip-execution"})
MAY_RAISE = frozenset({"raises-exception"})

Rewrite = Callable[[ast.Module], ast.Module]


def read_cells(source: bytes, path: Path) -> tuple[tuple[Cell, ...], Analysis]:
    """Read and compile a notebook's cells; return them and the classes to keep.

    Raises:
        AppNotFoundError: The file is not a notebook.
        AppExecutionError: A cell can't be compiled.
    """
    cells: list[Cell] = []
    flags = 0
    resolve = pictures_in(path.parent)
    found = _parse(source, path)
    analysis = _analyse(found) if DECORATOR.encode() in source else NOTHING
    for number, raw in enumerate(found, start=1):
        tags = {tag.replace("_", "-") for tag in raw.get("metadata", {}).get("tags", ())}
        hidden = bool(tags & HIDE_CELL)
        kind = raw["cell_type"]
        if kind == "markdown" and not hidden:
            text = _inline_attachments(raw["source"], raw.get("attachments", {}))
            text = with_targets(text, resolve)
            if text.strip():
                cells.append(Cell(number=number, shown=(shown(text),)))
        elif kind == "code" and raw["source"].strip() and not tags & SKIP:
            code = _compile(raw["source"], cell_filename(path, number), flags, analysis)
            flags = code.flags
            cells.append(
                Cell(
                    number=number,
                    code=code,
                    hidden=hidden or bool(tags & HIDE_OUTPUT),
                    may_raise=bool(tags & MAY_RAISE),
                )
            )
    return tuple(cells), analysis


def _analyse(cells: list[Mapping[str, Any]]) -> Analysis:
    transform = TransformerManager().transform_cell
    return analyse_sources(
        [transform(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    )


def cell_filename(path: Path, number: int) -> str:
    """Return the name of a cell in tracebacks."""
    return f"{path} [cell {number}]"


def _parse(source: bytes, path: Path) -> list[Mapping[str, Any]]:
    try:
        notebook = json.loads(source.decode("utf-8-sig"))
        if notebook.get("nbformat") != 4:
            notebook = _upgrade(source)
        cells = [_with_text(cell) for cell in notebook["cells"]]
        language = _language(notebook.get("metadata", {}))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the file
        raise AppNotFoundError(f"Cannot read the notebook {path}: {error}") from None
    if not language.lower().startswith(("python", "ipython")):
        raise AppNotFoundError(
            f"{path} is a notebook in {language}; only Python notebooks can run."
        )
    return cells


def _upgrade(source: bytes) -> Any:
    # Imported for old notebooks only: it is slow to import and takes much memory.
    import nbformat

    return nbformat.reads(source.decode("utf-8-sig"), as_version=4)


def _with_text(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a cell whose source is one text; in files it may be a list of lines."""
    source = cell["source"]
    return {**cell, "source": source if isinstance(source, str) else "".join(source)}


def _language(metadata: Mapping[str, Any]) -> str:
    for place, name in (("kernelspec", "language"), ("language_info", "name")):
        language = metadata.get(place, {}).get(name)
        if language:
            return str(language)
    return "python"


def _compile(source: str, filename: str, flags: int, analysis: Analysis) -> Code:
    def rewrite(tree: ast.Module) -> ast.Module:
        return keep_classes(tree, analysis)

    try:
        return compile_cell(source, filename, flags, rewrite)
    except (SyntaxError, ValueError) as error:
        raise execution_error(error, filename) from error


def compile_cell(
    source: str, filename: str, flags: int = 0, rewrite: Rewrite | None = None
) -> Code:
    """Compile a cell that may hold IPython's syntax; see `compile_code` for the arguments."""
    try:
        return compile_code(
            TransformerManager().transform_cell(source),
            filename,
            flags=flags,
            is_cell=True,
            rewrite=rewrite,
        )
    except SyntaxError:
        # IPython treats a line like `pip install x` as a magic if there is one of that name.
        magic = source.strip()
        shell = get_ipython()
        word = magic.split(maxsplit=1)[0]
        if "\n" in magic or shell is None or shell.find_line_magic(word) is None:
            raise
        transformed = TransformerManager().transform_cell("%" + magic)
        return compile_code(transformed, filename, flags=flags, is_cell=True)


def _inline_attachments(text: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    """Put a markdown cell's attached pictures into its text."""

    def replace(match: re.Match[str]) -> str:
        bundle = attachments.get(match[1]) or attachments.get(match[1].replace("%20", " "))
        if not bundle:
            return match[0]
        mime, data = next(iter(bundle.items()))
        data = data if isinstance(data, str) else "".join(data)
        if not re.fullmatch(r"[A-Za-z0-9+/=\s]*", data):
            data = base64.b64encode(data.encode()).decode()
        return f"data:{mime};base64,{''.join(data.split())}"

    return re.sub(r"attachment:([^\s)\"'>]+)", replace, text)
