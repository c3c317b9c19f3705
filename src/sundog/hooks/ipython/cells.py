"""Compiles and runs code whose last expression is its value, like cells of a notebook."""

from __future__ import annotations
import __future__

import ast
import inspect
import io
import linecache
import tokenize
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

FUTURE_FLAGS = 0
for _name in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag


@dataclass(frozen=True, slots=True)
class Code:
    """Compiled source: everything except the last expression, and the last expression.

    `flags` are the `from __future__` imports in force after it, for the next cell. `source` is the
    code that was compiled.
    """

    body: CodeType
    last: CodeType | None
    quiet: bool
    flags: int
    source: str = ""

    @property
    def is_async(self) -> bool:
        """Whether it awaits at its top level."""
        return _is_async(self.body) or (self.last is not None and _is_async(self.last))


def compile_code(
    source: str | bytes,
    filename: str,
    *,
    flags: int = 0,
    is_cell: bool = False,
    rewrite: Callable[[ast.Module], ast.Module] | None = None,
) -> Code:
    """Compile source and remember its lines for tracebacks.

    Args:
        source: The source; bytes may name their encoding as Python files do.
        filename: The file name in tracebacks.
        flags: The `from __future__` imports in force, as compiler flags.
        is_cell: Whether it may await at its top level, and a lone string is its value, not a
            docstring.
        rewrite: Changes the parsed code before it is compiled.

    Raises:
        SyntaxError: The source is not Python.
        ValueError: The source contains null bytes.
    """
    text = source.decode("utf-8-sig") if isinstance(source, bytes) and _is_utf8(source) else source
    if isinstance(text, str):
        remember_source(text, filename)
    compiler_flags = flags | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_cell else 0)

    def compiled(tree: ast.Module | ast.Expression, mode: str) -> Any:
        return compile(tree, filename, mode, flags=compiler_flags, dont_inherit=True)

    tree = compile(
        text, filename, "exec", flags=compiler_flags | ast.PyCF_ONLY_AST, dont_inherit=True
    )
    if is_cell:
        # IPython compiles statement by statement, so these may come after a magic.
        tree.body.sort(key=lambda statement: not _is_future_import(statement))
    if rewrite is not None:
        tree = rewrite(tree)
    last = _split_last(tree, is_cell)
    body = compiled(tree, "exec")
    in_force = flags | (body.co_flags & FUTURE_FLAGS)
    compiler_flags |= in_force
    return Code(
        body=body,
        last=None if last is None else compiled(last, "eval"),
        quiet=isinstance(text, str) and ends_quietly(text),
        flags=in_force,
        source=text if isinstance(text, str) else "",
    )


def _is_utf8(source: bytes) -> bool:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return encoding.startswith("utf-8")


def _is_future_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _split_last(tree: ast.Module, is_cell: bool) -> ast.Expression | None:
    """Take the last statement out of a tree if it is an expression, but not a docstring."""
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return None
    if not is_cell and len(tree.body) == 1 and ast.get_docstring(tree, clean=False) is not None:
        return None
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    return ast.Expression(last.value)


def ends_quietly(source: str) -> bool:
    """Return whether source ends with a semicolon, which hides its value."""
    if ";" not in source:
        return False
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    blank = (tokenize.ENDMARKER, tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT)
    for token in reversed(tokens):
        if token.type not in blank:
            return token.type == tokenize.OP and token.string == ";"
    return False


def remember_source(source: str, filename: str) -> None:
    """Keep source lines for tracebacks, whatever happens to the file."""
    # Without a modification time, the entry is never checked against a file.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)


async def execute(code: Code, namespace: dict[str, Any]) -> Any:
    """Execute in a namespace; return the value of the last expression, or None."""
    value = eval(code.body, namespace)
    if inspect.iscoroutine(value) and _is_async(code.body):
        await value
    if code.last is None:
        return None
    value = eval(code.last, namespace)
    if inspect.iscoroutine(value) and _is_async(code.last):
        value = await value
    return value


def execute_now(code: Code, namespace: dict[str, Any]) -> Any:
    """Execute code that doesn't await."""
    execution = execute(code, namespace)
    try:
        execution.send(None)
    except StopIteration as end:
        return end.value
    execution.close()
    raise RuntimeError("This code awaits at its top level and can't be run here.")


def _is_async(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_COROUTINE)
