"""Options of pandas are each kernel's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sundog.hooks.core.owned import share_with_all
from sundog.hooks.libraries import pandas as hook
from sundog.kernel.kernel import VirtualKernel
from tests.kernels import close, run_in

pandas = pytest.importorskip("pandas")
MakeKernel = Callable[..., VirtualKernel]


@pytest.fixture(autouse=True)
def hooked() -> Any:
    uninstall = hook.install()
    yield
    uninstall()


NAMES = ["display.max_rows", "display.precision", "styler.render.max_elements"]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_kernel_sets_is_its_own(
    name: str, kernel: VirtualKernel, make_kernel: MakeKernel
) -> None:
    other = make_kernel()
    before = pandas.get_option(name)
    run_in(kernel, lambda: pandas.set_option(name, 2))
    assert run_in(kernel, lambda: pandas.get_option(name)) == 2
    assert run_in(other, lambda: pandas.get_option(name)) == before
    assert pandas.get_option(name) == before
    run_in(kernel, lambda: pandas.reset_option(name))
    assert run_in(kernel, lambda: pandas.get_option(name)) == before


def test_tables_look_as_their_kernel_says(kernel: VirtualKernel, make_kernel: MakeKernel) -> None:
    frame = pandas.DataFrame({"x": [1 / 3] * 8})
    other = make_kernel()

    def choose() -> str:
        pandas.options.display.precision = 2
        return str(frame)

    assert "0.33\n" in run_in(kernel, choose)
    assert "0.333333\n" in run_in(other, lambda: str(frame))


def test_a_block_restores_the_kernels(kernel: VirtualKernel) -> None:
    def block() -> tuple[int, int]:
        pandas.set_option("display.max_rows", 7)
        with pandas.option_context("display.max_rows", 3):
            inside = pandas.get_option("display.max_rows")
        return inside, pandas.get_option("display.max_rows")

    assert run_in(kernel, block) == (3, 7)


def test_a_run_for_all_sets_them_for_all(kernel: VirtualKernel, make_kernel: MakeKernel) -> None:
    run_in(kernel, lambda: pandas.set_option("display.max_rows", 5))
    share_with_all(kernel)
    close(kernel)
    assert run_in(make_kernel(), lambda: pandas.get_option("display.max_rows")) == 5


def test_uninstalling_gives_pandas_its_dicts_back() -> None:
    from pandas._config import config

    uninstall = hook.install()
    uninstall()
    # The fixture's are there still.
    assert type(config._global_config["display"]) is hook.Options
    assert type(config._global_config["mode"]) is dict
