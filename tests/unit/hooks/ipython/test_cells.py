"""Code whose last expression is its value."""

from __future__ import annotations

import asyncio
import linecache

import pytest

from sundog.hooks.ipython.cells import compile_code, ends_quietly, execute, execute_now


@pytest.mark.parametrize(
    ("source", "value"),
    [("1 + 1", 2), ("x = 1", None), ("x = 1\nx + 1", 2), ("", None), ("x = 1; x", 1), ("'a'", "a")],
)
def test_the_value_is_the_last_expressions(source: str, value: object) -> None:
    assert execute_now(compile_code(source, "<cell>", is_cell=True), {}) == value


def test_a_string_alone_in_a_script_is_its_docstring() -> None:
    namespace: dict[str, object] = {}
    assert execute_now(compile_code('"""Doc."""', "<script>"), namespace) is None
    assert namespace["__doc__"] == "Doc."


@pytest.mark.parametrize(
    ("source", "quiet"),
    [("1;", True), ("1; # why", True), ("1\n", False), ("'a;'", False), ("x = 1;\nx", False)],
)
def test_a_semicolon_at_the_end_keeps_the_value_from_being_shown(source: str, quiet: bool) -> None:
    assert ends_quietly(source) is quiet


def test_only_cells_may_await() -> None:
    code = compile_code("import asyncio\nawait asyncio.sleep(0, 3)", "<cell>", is_cell=True)
    assert code.is_async
    assert asyncio.run(execute(code, {})) == 3
    with pytest.raises(SyntaxError):
        compile_code("await x", "<script>")


def test_what_awaits_can_not_be_run_at_once() -> None:
    code = compile_code("import asyncio\nawait asyncio.sleep(0)", "<cell>", is_cell=True)
    with pytest.raises(RuntimeError, match="awaits at its top level"):
        execute_now(code, {})


def test_a_coroutine_as_value_is_not_awaited() -> None:
    code = compile_code("async def f(): ...\nf()", "<cell>", is_cell=True)
    value = execute_now(code, {})
    assert asyncio.iscoroutine(value)
    value.close()


def test_source_lines_are_kept_for_tracebacks() -> None:
    compile_code("first\nsecond\n", "<kept>")
    linecache.checkcache()
    assert linecache.getline("<kept>", 2) == "second\n"


def test_future_imports_are_handed_on() -> None:
    first = compile_code("from __future__ import annotations", "<1>", is_cell=True)
    namespace: dict[str, object] = {}
    execute_now(compile_code("x: unknown = 1", "<2>", flags=first.flags, is_cell=True), namespace)
    assert namespace["__annotations__"] == {"x": "unknown"}
