from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from sundog.solara.compat.diagrams import FENCES, keep_lines

SOURCE = 'graph TD\n  A["<b>"] --> B'


@pytest.fixture
def fences(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module like that of pymdownx."""

    def fence_div_format(source: str, language: str, class_name: str, **_: Any) -> str:
        return f'<div class="{class_name}">{html.escape(source)}</div>'

    module = ModuleType(FENCES)
    vars(module)["fence_div_format"] = fence_div_format
    monkeypatch.setitem(sys.modules, FENCES, module)
    return module


def test_a_diagram_keeps_its_lines_as_the_value_of_an_attribute(fences: Any) -> None:
    undo = keep_lines()
    element = fences.fence_div_format(SOURCE, "mermaid", "mermaid", options={})
    found = re.fullmatch(r'<div class="mermaid" v-html="([^"]*)"></div>', element)
    assert found is not None
    # What the browser makes of the attribute, the template of its text, and the page of that.
    assert html.unescape(json.loads(html.unescape(found[1]))) == SOURCE
    assert "\n" not in found[1]
    undo()
    assert "v-html" not in fences.fence_div_format(SOURCE, "mermaid", "mermaid")


def test_other_fences_are_written_as_ever(fences: Any) -> None:
    before = fences.fence_div_format("a", "x", "other")
    undo = keep_lines()
    assert fences.fence_div_format("a", "x", "other") == before
    undo()


def test_without_the_package_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, FENCES, raising=False)
    keep_lines()()
