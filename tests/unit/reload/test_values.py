"""What new code keeps of the values of the old code, with real widgets."""

from collections.abc import Iterator
from typing import Any

import pytest

from sundog.app.hooks import APP_HOOKS
from sundog.app.host import Host
from sundog.hooks.widgets import changed_values
from sundog.hooks.widgets.changed_values import note_first_run
from sundog.kernel.kernel import VirtualKernel
from sundog.reload.id_matcher import ModelIdMatcher
from sundog.reload.values import CarryOver
from tests.kernels import close, run_in

HEAD = "import ipywidgets as w\nfrom IPython.display import display\n"


class Runs:
    """Runs code in kernels, one after another, as a reload does."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.kernels: list[VirtualKernel] = []

    def __call__(self, code: str) -> VirtualKernel:
        kernel = self._host.throw_away_kernel()
        if self.kernels:
            kernel.comms.propose_id = ModelIdMatcher(self.kernels[-1]).propose
        self.kernels.append(kernel)

        def run() -> None:
            exec(HEAD + code, kernel.namespace)
            note_first_run(kernel)

        run_in(kernel, run)
        return kernel

    def then(self, code: str) -> VirtualKernel:
        old = self.kernels[-1]
        new = self(code)
        run_in(new, CarryOver(old, new).begin)
        return new


@pytest.fixture
def runs() -> Iterator[Runs]:
    host = Host(development=True, more_hooks=(*APP_HOOKS, changed_values.install))
    runs = Runs(host)
    yield runs
    for kernel in runs.kernels:
        close(kernel)
    host.close()


def enter(kernel: VirtualKernel, name: str, **state: Any) -> None:
    """Set traits as a page does."""
    run_in(kernel, lambda: kernel.namespace[name].set_state(state))


def model_id(kernel: VirtualKernel, name: str) -> str:
    """Return the id of the widget that the code has a name for."""
    return str(run_in(kernel, lambda: kernel.namespace[name].model_id))


def test_entered_values_stay_and_callbacks_run(runs: Runs) -> None:
    code = """
s = w.IntSlider(description='S')
out = w.Label()
s.observe(lambda c: setattr(out, 'value', f'{c.new} MARK'), 'value')
"""
    old = runs(code)
    enter(old, "s", value=5)
    new = runs.then(code.replace("MARK", "new"))
    assert new.namespace["s"].value == 5
    # Said anew by the new code, not kept from the old.
    assert new.namespace["out"].value == "5 new"


def test_what_callbacks_set_stays_where_nothing_says_otherwise(runs: Runs) -> None:
    code = "b = w.Button()\nout = w.Label('0')\nb.on_click(lambda _: setattr(out, 'value', '3'))\n"
    old = runs(code)
    run_in(old, old.namespace["b"].click)
    assert runs.then(code).namespace["out"].value == "3"
    assert runs.then(code.replace("'0'", "'edited'")).namespace["out"].value == "edited"


def test_a_new_default_wins_over_a_value_that_nobody_has_touched(runs: Runs) -> None:
    runs("s = w.IntSlider(value=1)\n")
    assert runs.then("s = w.IntSlider(value=2)\n").namespace["s"].value == 2


def test_values_survive_two_changes(runs: Runs) -> None:
    code = "s = w.IntSlider()\n"
    enter(runs(code), "s", value=9)
    runs.then(code + "x = 1\n")
    assert runs.then(code).namespace["s"].value == 9


def test_a_selection_follows_its_meaning(runs: Runs) -> None:
    enter(runs("d = w.Dropdown(options=['a', 'b', 'c'])\n"), "d", index=1)
    new = runs.then("d = w.Dropdown(options=['z', 'a', 'b'])\n")
    assert new.namespace["d"].value == "b"
    # What is no option any more is left out.
    assert runs.then("d = w.Dropdown(options=['q'])\n").namespace["d"].value == "q"


def test_values_without_names_go_by_place_and_label(runs: Runs) -> None:
    text = "display(w.VBox([w.IntText(description=n) for n in NAMES]))\nbox = None\n"
    old = runs(text.replace("NAMES", "['a', 'b']"))
    fields = [each for each in old.widgets.values() if type(each).__name__ == "IntText"]
    run_in(old, lambda: [field.set_state({"value": 7}) for field in fields[1:]])
    new = runs.then(text.replace("NAMES", "['new', 'a', 'b']"))
    found = {
        each.description: each.value
        for each in new.widgets.values()
        if type(each).__name__ == "IntText"
    }
    assert found == {"new": 0, "a": 0, "b": 7}


def test_what_does_not_fit_is_left_out(runs: Runs) -> None:
    enter(runs("s = w.Text()\n"), "s", value="words")
    assert runs.then("s = w.IntText()\n").namespace["s"].value == 0


def test_widgets_go_on_under_their_ids(runs: Runs) -> None:
    code = "a = w.Text(description='a')\nb = w.Text(description='b')\nbox = w.VBox([a, b])\n"
    old = runs(code)
    ids = {name: model_id(old, name) for name in ("a", "b", "box")}
    new = runs("first = w.Text(description='first')\n" + code)
    assert {name: model_id(new, name) for name in ids} == ids
    assert model_id(new, "first") not in old.widgets


def test_what_a_page_sends_meanwhile_is_caught_up_once(runs: Runs) -> None:
    old = runs("s = w.IntSlider()\n")
    new = runs("s = w.IntSlider()\n")
    carried = CarryOver(old, new)
    run_in(new, carried.begin)
    enter(old, "s", value=3)
    run_in(new, carried.catch_up)
    assert new.namespace["s"].value == 3
    enter(new, "s", value=4)
    run_in(new, carried.catch_up)
    assert new.namespace["s"].value == 4
