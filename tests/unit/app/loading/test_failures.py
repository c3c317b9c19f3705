"""What an error says about a package of Solara that is missing."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from sundog.app.loading.failures import execution_error


def text_of(module: str) -> str:
    missing = ModuleNotFoundError(f"No module named {module!r}", name=module)
    return str(execution_error(missing, "app"))


@pytest.mark.parametrize("module", ["solara", "solara.lab", "reacton", "ipyvuetify"])
def test_a_package_of_solara_names_the_extra(module: str) -> None:
    assert "pip install 'sundog[solara]'" in text_of(module)


def test_a_package_that_only_parts_of_solara_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "solara", raising=False)
    assert "sundog[solara]" not in text_of("markdown")
    monkeypatch.setitem(sys.modules, "solara", ModuleType("solara"))
    assert "pip install 'sundog[solara]'" in text_of("markdown.extensions")


def test_another_package_is_somebody_else_s() -> None:
    assert "pip" not in text_of("pandas")
