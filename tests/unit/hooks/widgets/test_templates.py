"""Widgets made at import exist once per kernel."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest
import traitlets
from ipywidgets.widgets.widget import Widget

from sundog.app.host import Host
from sundog.kernel.kernel import VirtualKernel
from tests.kernels import FakePage, close, run_in

MakeKernel = Callable[[], VirtualKernel]


class Counter(ipywidgets.DOMWidget):
    """A library's widget: traits, attributes, handlers of all kinds."""

    count = traitlets.Int().tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    inner = traitlets.Instance(Widget, allow_none=True).tag(
        sync=True, **ipywidgets.widget_serialization
    )

    def __init__(self, **arguments: Any) -> None:
        self.diary: list[str] = []
        self.options = {"nested": [1]}
        super().__init__(**arguments)
        self.observe(self._on_count, "count")
        self.on_msg(self._on_message)

    def _on_count(self, change: Any) -> None:
        self.diary.append(f"count {change['new']}")

    @traitlets.observe("rows")
    def _on_rows(self, change: Any) -> None:
        self.diary.append("rows")

    @traitlets.validate("count")
    def _at_most_ten(self, proposal: Any) -> int:
        return min(10, proposal["value"])

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        self.diary.append(f"message {content}")

    def __len__(self) -> int:
        return self.count


@pytest.fixture
def kernel(make_hosted: MakeKernel) -> VirtualKernel:
    return make_hosted()


@pytest.fixture
def other(make_hosted: MakeKernel) -> VirtualKernel:
    return make_hosted()


def page_of(kernel: VirtualKernel) -> FakePage:
    page = FakePage(kernel)
    page.connect()
    return page


@pytest.mark.usefixtures("host")
class TestOutside:
    def test_a_template_is_what_it_was(self) -> None:
        counter = Counter(count=3)
        counter.count += 1
        assert counter.count == 4
        assert counter.diary == ["count 4"]
        assert isinstance(counter, Counter)
        assert type(counter).__name__ == "Counter"
        assert type(counter).__doc__ == Counter.__doc__
        del counter.diary
        assert not hasattr(counter, "diary")

    def test_a_widget_that_is_opened_again_stays_a_template(self) -> None:
        counter = Counter()
        kind = type(counter)
        counter.open()
        assert type(counter) is kind


class TestTwins:
    def test_each_kernel_has_its_state(self, kernel: VirtualKernel, other: VirtualKernel) -> None:
        counter = Counter(count=3)
        run_in(kernel, lambda: setattr(counter, "count", 5))

        assert run_in(kernel, lambda: counter.count) == 5
        assert run_in(other, lambda: counter.count) == 3
        assert counter.count == 3

    def test_it_is_opened_when_a_kernel_first_touches_it(self, kernel: VirtualKernel) -> None:
        page = page_of(kernel)
        counter = Counter(count=3)
        assert page.read() == []

        model_id = run_in(kernel, lambda: counter.model_id)
        run_in(kernel, lambda: counter.count)

        opened = [message for message in page.read() if message[1] == model_id]
        assert [message[0] for message in opened] == ["open"]
        assert opened[0][3]["state"]["count"] == 3
        assert kernel.widgets[model_id] is not counter

    def test_ids_differ(self, kernel: VirtualKernel, other: VirtualKernel) -> None:
        counter = Counter()
        ids = {
            counter.model_id,
            run_in(kernel, lambda: counter.model_id),
            run_in(other, lambda: counter.model_id),
        }
        assert len(ids) == 3

    def test_a_page_reaches_its_own(self, kernel: VirtualKernel, other: VirtualKernel) -> None:
        counter = Counter()
        page = page_of(kernel)
        model_id = run_in(kernel, lambda: counter.model_id)
        page.wait_for_ack(page.update(model_id, count=4))
        page.wait_for_ack(page.send(["msg", model_id, {"method": "custom", "content": "hello"}]))

        assert run_in(kernel, lambda: counter.diary) == ["count 4", "message hello"]
        assert run_in(other, lambda: (counter.count, counter.diary)) == (0, [])
        assert counter.diary == []

    def test_handlers_of_every_kind_act_on_the_twin(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        counter = Counter()
        seen: list[Any] = []
        counter.observe(lambda change: seen.append(change["new"]), "count")

        def change() -> list[str]:
            counter.count = 50
            counter.rows = [1]
            return counter.diary

        assert run_in(kernel, change) == ["count 10", "rows"]
        assert seen == [10]
        assert run_in(other, lambda: counter.diary) == []

    def test_handlers_of_a_kernel_stay_there(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        counter = Counter()
        seen: list[Any] = []
        run_in(kernel, lambda: counter.observe(lambda change: seen.append(change), "count"))
        run_in(other, lambda: setattr(counter, "count", 1))
        counter.count = 2
        assert seen == []

    def test_click_handlers_run_per_kernel(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        button = ipywidgets.Button()
        label = ipywidgets.Label("0")

        @button.on_click
        def click(sender: Any) -> None:
            label.value = str(int(label.value) + 1)

        for times, one in ((2, kernel), (1, other)):
            page = page_of(one)
            model_id = run_in(one, lambda: button.model_id)
            for _ in range(times):
                message = {"method": "custom", "content": {"event": "click"}}
                page.wait_for_ack(page.send(["msg", model_id, message]))

        assert run_in(kernel, lambda: label.value) == "2"
        assert run_in(other, lambda: label.value) == "1"
        assert label.value == "0"

    def test_links_between_templates_link_twins(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        one, two = ipywidgets.IntSlider(), ipywidgets.IntSlider()
        traitlets.link((one, "value"), (two, "value"))
        run_in(kernel, lambda: setattr(one, "value", 7))
        assert run_in(kernel, lambda: two.value) == 7
        assert run_in(other, lambda: two.value) == 0

    def test_nested_templates_are_the_kernels_own(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        slider = ipywidgets.IntSlider()
        box = ipywidgets.VBox([slider, ipywidgets.HBox([slider, Counter(inner=slider)])])
        page = page_of(kernel)

        run_in(kernel, lambda: box.model_id)
        opened = {message[1]: message[3]["state"] for message in page.read()}

        # Every model that a state refers to is there, and belongs to this kernel.
        references = {
            reference
            for state in opened.values()
            for value in state.values()
            for reference in (value if isinstance(value, list) else [value])
            if isinstance(reference, str) and reference.startswith("IPY_MODEL_")
        }
        assert {reference.removeprefix("IPY_MODEL_") for reference in references} <= set(opened)
        assert set(opened) == set(kernel.widgets)
        run_in(kernel, lambda: setattr(box.children[0], "value", 9))
        assert run_in(kernel, lambda: slider.value) == 9
        assert run_in(other, lambda: box.children[0].value) == 0

    def test_layouts_and_styles_are_templates_too(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        layout = ipywidgets.Layout(width="1px")
        one = ipywidgets.IntSlider(layout=layout)

        def widen() -> str:
            made = ipywidgets.Button(layout=layout)
            one.layout.width = "9px"
            made.style.button_color = "red"
            width: str = made.layout.width
            return width

        assert run_in(kernel, widen) == "9px"
        assert run_in(other, lambda: one.layout.width) == "1px"

    def test_a_circle_of_templates_can_be_opened(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        one = Counter()
        two = Counter(inner=one)
        one.inner = two
        for each in (kernel, other):
            page = page_of(each)
            own_id = run_in(each, lambda: one.model_id)
            counters = [m[3]["state"] for m in page.read() if "count" in m[3]["state"]]
            assert len(counters) == 2
            assert f"IPY_MODEL_{own_id}" in {state["inner"] for state in counters}
            assert run_in(each, lambda: one.inner.inner.model_id) == own_id

    def test_containers_are_copied_to_their_depth(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        counter = Counter(rows=[{"cells": [1]}])
        itself: list[Any] = []
        itself.append(itself)
        counter.loop = itself

        def change() -> None:
            counter.rows[0]["cells"].append(2)
            counter.options["nested"].append(2)

        run_in(kernel, change)
        assert run_in(other, lambda: counter.rows) == [{"cells": [1]}]
        assert run_in(other, lambda: counter.options) == {"nested": [1]}
        assert counter.rows == [{"cells": [1]}]
        loop = run_in(kernel, lambda: counter.loop)
        assert loop is not itself
        assert loop[0] is loop

    def test_attributes_can_be_set_and_deleted_per_kernel(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        counter = Counter()
        run_in(kernel, lambda: setattr(counter, "extra", 1))
        run_in(kernel, lambda: delattr(counter, "diary"))
        assert run_in(kernel, lambda: (hasattr(counter, "diary"), counter.extra)) == (False, 1)
        assert run_in(other, lambda: (counter.diary, hasattr(counter, "extra"))) == ([], False)

    def test_another_of_its_type_is_a_widget_of_its_own(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        counter = Counter(count=1)
        assert type(counter)(count=2).count == 2
        for make in (lambda: type(counter)(count=3), lambda: counter.__class__(count=3)):
            made = run_in(kernel, make)
            assert type(made) is Counter
            assert made.count == 3
            assert made in kernel.widgets.values()

    def test_it_is_not_opened_by_a_look_at_its_class(self, kernel: VirtualKernel) -> None:
        counter = Counter()
        assert run_in(kernel, lambda: isinstance(counter, Counter | int))
        assert not run_in(kernel, lambda: isinstance(counter, int))
        assert kernel.widgets == {}

    def test_special_methods_act_on_the_twin(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        counter = Counter(count=2)
        run_in(kernel, lambda: setattr(counter, "count", 5))
        assert run_in(kernel, lambda: len(counter)) == 5
        assert run_in(other, lambda: len(counter)) == 2

    def test_closing_it_in_one_kernel_leaves_the_others(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        counter = Counter()
        run_in(other, lambda: counter.model_id)
        run_in(kernel, counter.close)
        run_in(kernel, lambda: counter.close())
        assert run_in(other, lambda: counter.comm is not None)
        assert run_in(kernel, lambda: counter.comm) is None
        assert counter.comm is not None

    def test_threads_that_come_together_make_one(self, kernel: VirtualKernel) -> None:
        counter = Counter()
        page = page_of(kernel)
        barrier = threading.Barrier(8)
        ids: list[str] = []

        def touch() -> None:
            barrier.wait()
            ids.append(counter.model_id)

        def start() -> list[threading.Thread]:
            threads = [threading.Thread(target=touch) for _ in range(8)]
            for thread in threads:
                thread.start()
            return threads

        for thread in run_in(kernel, start):
            thread.join()
        assert len(set(ids)) == 1
        assert sum("count" in message[3]["state"] for message in page.read()) == 1

    def test_a_class_with_one_instance_has_one_per_kernel(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        class Only(ipywidgets.Text):
            one: Only | None = None

            def __new__(cls, *args: Any, **kwargs: Any) -> Only:
                if Only.one is None:
                    Only.one = super().__new__(cls, *args, **kwargs)
                return Only.one

        only = Only(value="on", description="main")
        run_in(kernel, lambda: setattr(only, "value", "of one kernel"))
        # Who makes it once more means the one that there is.
        assert run_in(kernel, lambda: Only().value) == "of one kernel"
        assert run_in(other, lambda: (only.value, only.description)) == ("on", "main")
        assert run_in(kernel, lambda: only.model_id) != run_in(other, lambda: only.model_id)
        assert only.value == "on"

    def test_a_class_that_makes_its_widgets_once(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        """As libraries do: a manager as default value, held by the class."""

        class Library(ipywidgets.DOMWidget):
            manager = Counter()

            def ask(self) -> int:
                self.manager.count += 1
                count: int = self.manager.count
                return count

        assert [run_in(kernel, lambda: Library().ask()) for _ in range(2)] == [1, 2]
        assert run_in(other, lambda: Library().ask()) == 1

    def test_a_widget_as_a_traits_default_value(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        default = Counter()

        class Library(ipywidgets.DOMWidget):
            manager = traitlets.Any(default).tag(sync=True, **ipywidgets.widget_serialization)

        for one in (kernel, other):
            page = page_of(one)
            run_in(one, lambda: Library().model_id)
            manager_id = run_in(one, lambda: default.model_id)
            states = [message[3]["state"] for message in page.read()]
            assert f"IPY_MODEL_{manager_id}" in [state.get("manager") for state in states]

    def test_widgets_of_an_import_by_a_kernel_are_templates(
        self, kernel: VirtualKernel, other: VirtualKernel, tmp_path: Any, monkeypatch: Any
    ) -> None:
        (tmp_path / "library_of_test.py").write_text(
            "import ipywidgets\nslider = ipywidgets.IntSlider()\n"
        )
        monkeypatch.syspath_prepend(tmp_path)

        def use() -> int:
            import library_of_test  # type: ignore[import-not-found]

            library_of_test.slider.value += 1
            value: int = library_of_test.slider.value
            return value

        assert [run_in(kernel, use), run_in(kernel, use)] == [1, 2]
        assert run_in(other, use) == 1


class Component(Widget):
    """Code that others use by its name: it has no view, and nobody refers to it."""

    _model_module = traitlets.Unicode("library").tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)


class Use(ipywidgets.DOMWidget):
    _model_module = traitlets.Unicode("library").tag(sync=True)
    _view_name = traitlets.Unicode("UseView").tag(sync=True)


class TestCompanions:
    @staticmethod
    def names(page: FakePage) -> list[Any]:
        opened = [message[3]["state"] for message in page.read() if message[0] == "open"]
        return [state["name"] for state in opened if "name" in state]

    def test_what_has_no_view_comes_with_its_package(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        components = [Component(name=name) for name in ("one", "two")]
        Use()
        page, other_page = page_of(kernel), page_of(other)
        run_in(kernel, Use)
        assert self.names(page) == ["one", "two"]
        run_in(kernel, Use)
        assert self.names(page) == []

        components.append(Component(name="late"))
        run_in(kernel, Use)
        assert self.names(page) == ["late"]
        run_in(other, lambda: ipywidgets.Label().model_id)
        assert self.names(other_page) == []

    def test_it_comes_with_a_twin_too(self, kernel: VirtualKernel) -> None:
        component, use = Component(name="one"), Use()
        page = page_of(kernel)
        run_in(kernel, lambda: use.model_id)
        assert self.names(page) == [component.name]


class TestEnd:
    def test_a_kernel_that_ends_takes_its_twins_along(self, make_hosted: MakeKernel) -> None:
        kernel = make_hosted()
        counter = Counter()
        box = ipywidgets.VBox([counter])
        run_in(kernel, lambda: box.model_id)
        gone = [weakref.ref(widget) for widget in kernel.widgets.values()]
        assert len(gone) >= 3
        close(kernel)
        gc.collect()
        assert [one() for one in gone if one() is not None] == []
        assert counter.comm is not None

    def test_the_finalizer_of_a_template_touches_no_kernel(self, kernel: VirtualKernel) -> None:
        page = page_of(kernel)
        counter = Counter()
        with kernel.entered():
            type(counter).__del__(counter)
        assert page.read() == []

    def test_a_template_is_not_mistaken_for_one_at_its_former_place(
        self, kernel: VirtualKernel
    ) -> None:
        """An `id` may be used again once an object is gone; a twin keeps its template."""
        templates = [Counter(count=1)]
        run_in(kernel, lambda: templates[0].count)
        place = id(templates[0])
        templates.pop().close()
        gc.collect()
        others = [Counter(count=2) for _ in range(50)]
        assert place not in map(id, others)
        assert run_in(kernel, lambda: {one.count for one in others}) == {2}


def test_with_the_hook_out_widgets_are_plain() -> None:
    Host(development=True).close()
    assert type(Counter()) is Counter
