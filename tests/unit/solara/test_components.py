"""Each test needs its library and is skipped where that is not installed; tests/solara runs them
where all are.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

from sundog.app.host import Host
from sundog.config import Settings
from sundog.errors import AppExecutionError, AppResultError
from sundog.kernel.start import start_callbacks
from sundog.protocol.address import Address
from sundog.solara.compat.hook import CompatHook
from tests.apps import Apps, Shown
from tests.kernels import close, run_in

COUNTER = """
    import reacton
    import reacton.ipywidgets as w

    table = ["made once"]

    @reacton.component
    def Page():
        count, set_count = reacton.use_state(0)
        w.Button(description=f"{count}", on_click=lambda: set_count(count + 1))
    """


def widget(shown: Shown, kind: str) -> Any:
    """Return the one widget of a class."""
    found = [each for each in shown.kernel.widgets.values() if type(each).__name__ == kind]
    assert len(found) == 1
    return found[0]


def start(shown: Shown) -> None:
    """Do what the server does for kernels that start."""
    run_in(shown.kernel, lambda: start_callbacks.run(shown.kernel))


def errors_of(shown: Shown) -> list[str]:
    return [message[1]["text"] for message in shown.page.messages if message[0] == "error"]


def click(shown: Shown) -> None:
    run_in(shown.kernel, widget(shown, "Button").click)


def test_an_app_is_executed_once_and_rendered_for_each_kernel(apps: Apps) -> None:
    pytest.importorskip("reacton")
    runner = apps.runner(apps.script(COUNTER))
    one, other = apps.show(runner), apps.show(runner)
    click(one)
    click(one)
    assert widget(one, "Button").description == "2"
    assert widget(other, "Button").description == "0"


def test_what_the_module_holds_is_the_same_for_all(apps: Apps) -> None:
    pytest.importorskip("reacton")
    runner = apps.runner(apps.script(COUNTER))
    one, other = apps.show(runner), apps.show(runner)
    assert one.kernel.namespace["table"] is other.kernel.namespace["table"]


@pytest.mark.parametrize(
    "last",
    ["page = Page()", "app = Page", "Page()", "Other = Page; del Page; Other"],
)
def test_components_and_elements_are_found(apps: Apps, last: str) -> None:
    pytest.importorskip("reacton")
    shown = apps.run(apps.script(COUNTER + "\n    " + last))
    assert widget(shown, "Button").description == "0"


def test_a_component_that_needs_arguments_is_refused(apps: Apps) -> None:
    pytest.importorskip("reacton")
    source = COUNTER.replace("def Page():", "def Page(first, second=2):")
    if "solara" in sys.modules:
        pytest.skip("with Solara, arguments are parts of the path")
    with pytest.raises(AppResultError, match="needs arguments: first"):
        apps.runner(apps.script(source))


def test_a_page_goes_on_after_a_callback_that_fails(apps: Apps) -> None:
    pytest.importorskip("reacton")
    source = """
        import reacton
        import reacton.ipywidgets as w

        @reacton.component
        def Counter():
            count, set_count = reacton.use_state(0)

            def click():
                set_count(count + 1)
                if count == 0:
                    raise ValueError("only the first")

            w.Button(description=f"{count}", on_click=click)

        @reacton.component
        def Page():
            Counter()
        """
    shown = apps.show(apps.runner(apps.script(source)))
    click(shown)
    shown.page.wait_until(lambda: errors_of(shown) == ["only the first"])
    click(shown)
    assert widget(shown, "Button").description == "2"
    assert errors_of(shown) == ["only the first"]


def test_a_rendering_that_fails_is_reported_and_leaves_the_page(apps: Apps) -> None:
    pytest.importorskip("reacton")
    source = COUNTER.replace("w.Button", "assert count != 1, 'one is too many'\n        w.Button")
    shown = apps.run(apps.script(source))
    click(shown)
    shown.page.wait_until(lambda: errors_of(shown) == ["one is too many"])
    assert widget(shown, "Button").description == "0"


def test_the_end_of_a_kernel_runs_the_clean_ups_of_effects(apps: Apps) -> None:
    pytest.importorskip("reacton")
    source = (
        COUNTER
        + """
        def effect():
            return lambda: table.append("cleaned up")
        reacton.use_effect(effect, [])
    """
    )
    shown = apps.run(apps.script(source))
    table = shown.kernel.namespace["table"]
    assert table == ["made once"]
    close(shown.kernel)
    assert table == ["made once", "cleaned up"]


class TestSolara:
    """What Solara adds."""

    @pytest.fixture(autouse=True)
    def compat(self, host: Host) -> Any:
        pytest.importorskip("solara")
        uninstall = CompatHook(Settings())()
        yield
        uninstall()

    def test_values_are_each_kernels(self, apps: Apps) -> None:
        source = """
            import solara
            clicks = solara.reactive(0)

            @solara.component
            def Page():
                solara.v.Btn(children=[f"{clicks.value}"])
            """
        runner = apps.runner(apps.script(source))
        one, other = apps.show(runner), apps.show(runner)
        clicks = one.kernel.namespace["clicks"]
        run_in(one.kernel, lambda: clicks.set(5))
        assert widget(one, "Btn").children == ["5"]
        assert widget(other, "Btn").children == ["0"]

    def test_kernels_know_who_they_are(self, apps: Apps) -> None:
        source = """
            import solara
            ended = []

            @solara.lab.on_kernel_start
            def start():
                kernel = solara.get_kernel_id()
                return lambda: ended.append(kernel)

            @solara.component
            def Page():
                solara.Text(f"{solara.get_kernel_id()} {solara.get_session_id()}")
            """
        source = source.replace("import solara\n", "import solara, solara.lab\n", 1)
        runner = apps.runner(apps.script(source))
        shown = apps.show(runner)
        texts = [str(getattr(w, "children", "")) for w in shown.kernel.widgets.values()]
        assert any(f"{shown.kernel.id} {shown.kernel.session_id}" in text for text in texts)
        start(shown)
        ended = shown.kernel.namespace["ended"]
        close(shown.kernel)
        assert ended == [shown.kernel.id]

    def test_routes_say_which_pages_there_are(self, apps: Apps) -> None:
        source = """
            import solara

            @solara.component
            def Fruit():
                solara.Text("fruit")

            routes = [
                solara.Route("/", component=Fruit),
                solara.Route("fruit", component=Fruit, children=[solara.Route("kiwi")]),
            ]
            """
        runner = apps.runner(apps.script(source))
        pages = ["", "fruit", "fruit/kiwi", "fruit/more", "other"]
        assert [runner.has_page(Address.parse(f"/{path}")) for path in pages] == [
            True,
            True,
            True,
            True,
            False,
        ]

    def test_modules_of_a_package_are_pages(
        self, apps: Apps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = """
            import solara

            @solara.component
            def Page():
                solara.Text("page")
            """
        monkeypatch.chdir(apps.folder)
        monkeypatch.syspath_prepend(str(apps.folder))
        for name in ("__init__", "first", "second"):
            apps.script(page, f"shop/{name}.py")
        runner = apps.runner("shop")
        assert [runner.has_page(Address.parse(f"/{path}")) for path in ("", "first", "third")] == [
            True,
            True,
            False,
        ]
        assert runner.paths[0].parent.name == "shop"

    def test_a_module_that_fails_is_told_at_start(
        self, apps: Apps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(apps.folder)
        monkeypatch.syspath_prepend(str(apps.folder))
        apps.script("import solara\nPage = solara.Text('home')\n", "broken/__init__.py")
        apps.script("raise ValueError('no such table')\n", "broken/page.py")
        with pytest.raises(AppExecutionError, match="no such table"):
            apps.runner("broken")

    def test_components_registered_by_the_app_are_in_every_kernel(self, apps: Apps) -> None:
        source = """
            import ipyvue, solara
            ipyvue.register_component_from_string("my-part", "<template><b/></template>")

            @solara.component
            def Page():
                solara.Text("page")
            """
        runner = apps.runner(apps.script(source))
        for shown in (apps.show(runner), apps.show(runner)):
            start(shown)
            assert widget(shown, "VueComponent").name == "my-part"
