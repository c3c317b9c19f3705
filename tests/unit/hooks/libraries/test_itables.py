"""Whose tables are itables'; needs itables and pandas (see tests/gallery)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sundog.kernel.kernel import VirtualKernel
from tests.kernels import run_in

MakeKernel = Callable[[], VirtualKernel]

pandas = pytest.importorskip("pandas")
javascript = pytest.importorskip("itables.javascript")

FRAME = pandas.DataFrame({"a": [1, 2]})
DRAWN = "_itables_"


def html(value: Any) -> str | None:
    method = getattr(value, "_repr_html_", None)
    return None if method is None else method()


def shown_as_itables(kernel: VirtualKernel) -> list[bool]:
    values = (FRAME, FRAME["a"])
    return [DRAWN in (run_in(kernel, lambda value=value: html(value)) or "") for value in values]


def test_each_kernel_chooses_for_itself(make_hosted: MakeKernel) -> None:
    one, other = make_hosted(), make_hosted()
    run_in(one, lambda: javascript.init_notebook_mode(connected=False))
    assert shown_as_itables(one) == [True, True]
    assert shown_as_itables(other) == [False, False]
    assert run_in(other, lambda: html(FRAME["a"])) is None
    assert DRAWN not in html(FRAME)

    run_in(one, lambda: javascript.init_notebook_mode(all_interactive=False, connected=False))
    assert shown_as_itables(one) == [False, False]


def test_what_is_chosen_outside_of_kernels_holds_for_all(make_hosted: MakeKernel) -> None:
    one, other = make_hosted(), make_hosted()
    run_in(one, lambda: javascript.init_notebook_mode(all_interactive=False))
    javascript.init_notebook_mode(connected=False)
    assert shown_as_itables(other) == [True, True]
    assert shown_as_itables(one) == [False, False]


def test_uninstalling_takes_it_back() -> None:
    from sundog.hooks.libraries.itables import install

    before = javascript.set_itables_repr_html_methods, vars(pandas.DataFrame)["_repr_html_"]
    uninstall = install()
    javascript.init_notebook_mode(connected=False)
    assert DRAWN in html(FRAME)
    uninstall()
    assert before == (
        javascript.set_itables_repr_html_methods,
        vars(pandas.DataFrame)["_repr_html_"],
    )
    assert html(FRAME["a"]) is None
