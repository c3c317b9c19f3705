"""A dict that each kernel may change for itself."""

from __future__ import annotations

from sundog.hooks.core.kernel_dict import KernelDict
from tests.apps import Apps


def test_what_a_kernel_writes_is_its_own(apps: Apps) -> None:
    table = KernelDict({"a": 1, "b": 2})
    first, second = apps.kernel(), apps.kernel()
    with first.entered():
        table["a"] = 10
        table["c"] = 30
        del table["b"]
        assert dict(table.items()) == {"a": 10, "c": 30}
        assert "b" not in table
        assert table.get("b") is None
        assert len(table) == 2
        assert table.copy() == {"a": 10, "c": 30}
    with second.entered():
        assert dict(table.items()) == {"a": 1, "b": 2}
        assert table.pop("a") == 1
        assert "a" not in table
    assert dict(table.items()) == {"a": 1, "b": 2}
    assert isinstance(table, dict)


def test_what_is_written_outside_of_kernels_is_for_all(apps: Apps) -> None:
    table = KernelDict()
    with apps.kernel().entered():
        assert "a" not in table
    table["a"] = 1
    with apps.kernel().entered():
        assert table["a"] == 1
    del table["a"]
    with apps.kernel().entered():
        assert table.setdefault("a", 2) == 2
    assert not table
