"""Scripts as apps: what runs, in which namespace, and what is the page."""

from __future__ import annotations

import sys

import pytest

from sundog.errors import AppExecutionError, AppNotFoundError, AppResultError
from tests.apps import Apps


def test_the_last_expression_is_the_page(apps: Apps) -> None:
    shown = apps.run(apps.script("import ipywidgets as w\nw.IntSlider(value=3)\n"))
    (slider,) = shown.shown_widgets()
    assert slider.value == 3
    assert shown.page.messages[-1] == ["ready"]


@pytest.mark.parametrize("name", ["Page", "page", "app"])
def test_a_name_is_the_page_before_the_last_expression(apps: Apps, name: str) -> None:
    source = f"""
        import ipywidgets as w
        {name} = w.Label("named")
        w.Label("last")
        """
    shown = apps.run(apps.script(source))
    assert [widget.value for widget in shown.shown_widgets()] == ["named"]


def test_an_object_can_be_asked_for(apps: Apps) -> None:
    path = apps.script(
        """
        import ipywidgets as w
        class views:
            main = w.Label("main")
        page = w.Label("page")
        """
    )
    assert apps.run(path + ":views.main").shown_widgets()[0].value == "main"
    with pytest.raises(AppNotFoundError, match="no attribute 'other'"):
        apps.run(path + ":views.other")
    with pytest.raises(AppNotFoundError, match=r"no object named 'nope'\. It has: page"):
        apps.run(path + ":nope")


def test_a_variable_that_happens_to_be_called_app_is_not_the_page(apps: Apps) -> None:
    shown = apps.run(
        apps.script(
            """
            import ipywidgets as w
            for app in ["one", "two"]:
                pass
            page, routes = 1, ["a", "b"]
            w.Label("last")
            """
        )
    )
    assert shown.shown_widgets()[0].value == "last"


def test_what_is_displayed_is_the_page_of_a_script_without_another(apps: Apps) -> None:
    shown = apps.run(
        apps.script(
            """
            from IPython.display import HTML, display
            display(HTML("<b>one</b>"))
            display("two")
            x = 1
            """
        )
    )
    assert shown.items[0]["data"]["text/html"] == "<b>one</b>"
    assert shown.texts[1] == "'two'"


def test_any_rich_object_can_be_the_page(apps: Apps) -> None:
    source = """
        class Table:
            def _repr_html_(self):
                return "<table></table>"
        Table()
        """
    assert apps.run(apps.script(source)).items[0]["data"]["text/html"] == "<table></table>"


def test_an_object_that_displays_itself_can_be_the_page(apps: Apps) -> None:
    source = """
        from IPython.display import display
        class Own:
            def _ipython_display_(self):
                display("own")
        page = Own()
        """
    assert apps.run(apps.script(source)).texts == ["'own'"]


def test_interact_is_shown_once(apps: Apps) -> None:
    source = """
        import ipywidgets as w
        def f(x): return x
        w.interact(f, x=(0, 10))
        """
    shown = apps.run(apps.script(source))
    assert [type(widget).__name__ for widget in shown.shown_widgets()] == ["interactive"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1", "showed nothing"),
        ('"""Only a docstring."""', "showed nothing"),
        ("def make(): ...\nmake", "is a function.*call it"),
    ],
)
def test_an_app_without_a_result(apps: Apps, source: str, message: str) -> None:
    with pytest.raises(AppResultError, match=message):
        apps.runner(apps.script(source))


def test_an_error_says_where_with_the_apps_frames_only(apps: Apps) -> None:
    path = apps.script("def f():\n    return 1 / 0\nf()\n")
    with pytest.raises(AppExecutionError) as caught:
        apps.runner(path)
    error = caught.value
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert (error.file, error.line) == (path, 2)
    assert "return 1 / 0" in error.traceback
    assert error.traceback.count("File ") == 2
    assert str(error).startswith("app could not run: ZeroDivisionError: division by zero")


def test_an_app_that_exits(apps: Apps) -> None:
    with pytest.raises(AppExecutionError, match=r"it called sys\.exit\(3\)"):
        apps.runner(apps.script("import sys\nsys.exit(3)"))


def test_each_kernel_has_a_namespace_of_its_own(apps: Apps) -> None:
    runner = apps.runner(apps.script("import ipywidgets as w\npage = w.IntSlider()\n"))
    first, second = apps.show(runner), apps.show(runner)
    first.widget("page").value = 7
    assert second.widget("page").value == 0
    assert first.kernel.namespace["__name__"] == "__main__"
    assert first.kernel.namespace["__file__"].endswith("app.py")


def test_an_error_in_a_later_run_is_reported_to_its_page(apps: Apps) -> None:
    runner = apps.runner(
        apps.script(
            """
            import sys
            import ipywidgets as w
            if sys.argv[1:] == ["fail"]:
                raise ValueError("later")
            w.Label()
            """
        )
    )
    sys.argv[1:] = ["fail"]
    shown = apps.show(runner)
    assert shown.errors[0]["text"] == "later"
    assert "ValueError in the app" in shown.errors[0]["title"]
    assert shown.page.messages[-1] == ["ready"]


def test_arguments_and_path(apps: Apps) -> None:
    apps.script("value = 42", "sundog_test_beside.py")
    shown = apps.run(
        apps.script(
            """
            import sys
            import ipywidgets as w
            import sundog_test_beside
            w.Label(str(sys.argv[1:]) + str(sundog_test_beside.value))
            """
        ),
        "-x",
        "1",
    )
    assert shown.shown_widgets()[0].value == "['-x', '1']42"


def test_what_code_looks_up_in_main_is_the_app(apps: Apps) -> None:
    shown = apps.run(
        apps.script(
            """
            from __future__ import annotations
            import dataclasses, pickle, typing
            import ipywidgets as w

            @dataclasses.dataclass
            class Point:
                kind: typing.ClassVar[str] = "point"
                x: int = 0

            fields = [f.name for f in dataclasses.fields(Point)]
            hints = typing.get_type_hints(Point)
            copied = pickle.loads(pickle.dumps(Point(3)))
            import __main__
            page = w.Label(f"{fields} {hints['x']} {copied} {__main__.Point is Point}")
            """
        )
    )
    assert shown.shown_widgets()[0].value == "['x'] <class 'int'> Point(x=3) True"


def test_a_module_is_executed_for_each_kernel_and_can_import_its_siblings(
    apps: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(apps.folder)
    apps.script("", "sundog_test_app/__init__.py")
    apps.script("TEXT = 'sibling'", "sundog_test_app/texts.py")
    apps.script(
        """
        import ipywidgets as w
        from .texts import TEXT
        page = w.Label(TEXT + " " + __name__)
        """,
        "sundog_test_app/main.py",
    )
    runner = apps.runner("sundog_test_app.main")
    first, second = apps.show(runner), apps.show(runner)
    assert first.widget("page").value == "sibling sundog_test_app.main"
    assert first.widget("page") is not second.widget("page")


def test_coroutines_can_be_started_at_the_top_level(apps: Apps) -> None:
    shown = apps.run(
        apps.script(
            """
            import asyncio
            import ipywidgets as w
            page = w.Label()
            async def later():
                page.value = "later"
            task = asyncio.create_task(later())
            """
        )
    )
    shown.page.wait_until(lambda: shown.widget("page").value == "later")
