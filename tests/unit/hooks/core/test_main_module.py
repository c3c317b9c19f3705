"""``__main__`` under kernels."""

from __future__ import annotations

import sys

import pytest

from sundog.hooks.core import main_module
from tests.apps import Apps


def test_each_kernel_sees_its_own_app(apps: Apps) -> None:
    first, second = apps.kernel(), apps.kernel()
    first.namespace.update(x=1, __name__="__main__")
    second.namespace.update(x=2, __name__="__main__")
    main = sys.modules["__main__"]
    for kernel, x in ((first, 1), (second, 2)):
        with kernel.entered():
            assert main.x == x
            assert main.__dict__ is kernel.namespace
            assert vars(main)["x"] == x
            assert not hasattr(main, "__file__")
    assert not hasattr(main, "x")


def test_attributes_can_be_set_and_deleted(apps: Apps) -> None:
    kernel = apps.kernel()
    kernel.namespace.update(__name__="__main__")
    main = sys.modules["__main__"]
    with kernel.entered():
        main.y = 3  # type: ignore[attr-defined]
        assert kernel.namespace["y"] == 3
        assert "y" in dir(main)
        del main.y  # type: ignore[attr-defined]
        with pytest.raises(AttributeError):
            del main.y  # type: ignore[attr-defined]


def test_outside_of_kernels_it_is_the_process_own() -> None:
    own = sys.modules["__main__"]
    uninstall = main_module.install()
    try:
        assert sys.modules["__main__"] is not own
        assert sys.modules["__main__"].__dict__ is own.__dict__
    finally:
        uninstall()
    assert sys.modules["__main__"] is own
