"""The installed uvicorn has all that Sundog builds on."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

import sundog
from sundog.errors import StartupError
from sundog.web import uvicorn_internals
from sundog.web.uvicorn_internals import INTERNALS, missing

NAMES = [(owner, name) for owner, names in INTERNALS.items() for name in names]


@pytest.mark.parametrize(("owner", "name"), NAMES, ids=lambda each: getattr(each, "__name__", each))
def test_uvicorn_has_what_is_built_on(owner: type[Any], name: str) -> None:
    assert f"{owner.__name__}.{name}" not in missing()


def test_a_version_that_lacks_something_is_an_error_at_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = uvicorn_internals.WebSocketsSansIOProtocol
    monkeypatch.delattr(owner, "handle_ping")
    with pytest.raises(StartupError, match=r"has no WebSocketsSansIOProtocol\.handle_ping.*pip"):
        importlib.reload(uvicorn_internals)


def test_no_other_module_imports_uvicorns_protocols() -> None:
    folder = Path(sundog.__file__).parent
    own = Path(uvicorn_internals.__file__)
    found = [
        path.relative_to(folder)
        for path in folder.rglob("*.py")
        if path != own and re.search(r"uvicorn\.(protocols|lifespan|server)", path.read_text())
    ]
    assert found == []
