"""What a shared function returns is of the classes that the code of every page means."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps, Shown
from tests.hosted import apps, host, pytest_runtest_call

__all__ = ["apps", "host", "pytest_runtest_call"]

STOCK = """
import dataclasses
import enum
import ipywidgets as w
import sundog


class Kind(enum.Enum):
    FRUIT = 1
    TOOL = 2


@dataclasses.dataclass(frozen=True)
class Item:
    name: str
    kind: Kind = Kind.TOOL
    tags: list = dataclasses.field(default_factory=list, compare=False)

    def shout(self):
        return upper(self.name)


def upper(text):
    return text.upper()


@sundog.shared
def stock():
    return (Item("apple", Kind.FRUIT), Item("hammer"))


first = stock()[0]
page = w.Label(str([
    first.kind is Kind.FRUIT, Item("apple", Kind.FRUIT) in stock(), isinstance(first, Item),
    first.shout(), Item("pear").shout(),
]))
"""
RIGHT = "[True, True, True, 'APPLE', 'PEAR']"


def value(shown: Shown) -> str:
    return str(shown.widget("page").value)


@pytest.mark.parametrize("name", ["app.py", "app.ipynb"])
def test_classes_are_equal_in_every_kernel_and_after_a_reload(apps: Apps, name: str) -> None:
    write = apps.script if name.endswith(".py") else apps.notebook
    spec = write(STOCK, name=name)
    runner = apps.runner(spec)
    assert [value(apps.show(runner)) for _ in range(3)] == [RIGHT] * 3
    write(STOCK + "\n# saved\n", name=name)
    assert [value(apps.run(spec)) for _ in range(2)] == [RIGHT] * 2
    # Those that still run the former version go on.
    assert value(apps.show(runner)) == RIGHT


def test_the_classes_of_a_notebook_may_be_in_several_cells(apps: Apps) -> None:
    head, tail = STOCK.split("@sundog.shared")
    runner = apps.runner(apps.notebook(head, "%matplotlib inline", "@sundog.shared" + tail))
    assert [value(apps.show(runner)) for _ in range(2)] == [RIGHT] * 2


def test_a_changed_class_is_a_new_class_and_its_results_are_made_again(apps: Apps) -> None:
    spec = apps.script(STOCK)
    old = apps.run(spec)
    apps.script(STOCK.replace("    TOOL = 2", "    TOOL = 3"))
    new = apps.run(spec)
    assert value(new) == RIGHT
    assert new.widget("Kind").TOOL.value == 3
    assert new.widget("Item") is not old.widget("Item")


def test_a_changed_helper_makes_results_again(apps: Apps) -> None:
    source = """
import ipywidgets as w, sundog
def factor():
    return 2
@sundog.shared
def load():
    return 21 * factor()
page = w.Label(str(load()))
"""
    spec = apps.script(source)
    assert value(apps.run(spec)) == "42"
    apps.script(source.replace("return 2\n", "return 3\n"))
    assert value(apps.run(spec)) == "63"


def test_a_module_that_was_imported_again_makes_results_and_classes_again(apps: Apps) -> None:
    name = "bases_of_test_classes"
    source = f"""
import ipywidgets as w, sundog
from {name} import Base
class Thing(Base):
    pass
@sundog.shared
def load():
    return Thing()
page = w.Label(str([isinstance(load(), Thing), isinstance(load(), Base), load().word]))
"""
    apps.script("class Base:\n    word = 'old'\n", f"{name}.py")
    spec = apps.script(source)
    try:
        assert value(apps.run(spec)) == "[True, True, 'old']"
        del sys.modules[name]
        Path(apps.folder, f"{name}.py").write_text("class Base:\n    word = 'brand new'\n")
        assert value(apps.run(spec)) == "[True, True, 'brand new']"
    finally:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("definition", "made"),
    [
        ("Thing = enum.Enum('Thing', 'ONE TWO')", "Thing.ONE"),
        ("Thing = collections.namedtuple('Thing', ['a', 'b'])", "Thing(1, 2)"),
        ("class Thing(typing.NamedTuple):\n    a: int = 1", "Thing()"),
        ("class Thing(ValueError):\n    '''A text.'''\n    code = 5", "Thing()"),
        ("class Outer:\n    pass\nclass Thing(Outer):\n    x = (1, 2)", "Thing()"),
        ("NAMES = ['a']\nclass Thing:\n    def f(self):\n        return NAMES[0]", "Thing()"),
        (
            "from pathlib import Path\nDATA = Path(__file__).parent / 'data'\n"
            "SIZES = {'a': 1, 'b': [2]}\nLOG = logging.getLogger(__name__)\n"
            "class Thing:\n    def f(self):\n        LOG.info(DATA / str(SIZES['a']))",
            "Thing()",
        ),
        ("SIZE = 4\nclass Thing:\n    def size(self):\n        return SIZE", "Thing()"),
        ("class Thing:\n    __slots__ = ['a']\n    def f(self):\n        self.a = 1", "Thing()"),
        ("T = typing.TypeVar('T')\nclass Thing(typing.Generic[T]):\n    pass", "Thing()"),
    ],
)
def test_other_kinds_of_classes(apps: Apps, definition: str, made: str) -> None:
    source = f"""
import collections, enum, logging, typing
import ipywidgets as w, sundog
{definition}
@sundog.shared
def load():
    return {made}
page = w.Label(str(isinstance(load(), Thing)))
"""
    runner = apps.runner(apps.script(source))
    assert [value(apps.show(runner)) for _ in range(2)] == ["True", "True"]


STATE = """
import ipywidgets as w, sundog
label = w.Label("mine")
numbers = []
{definition}
@sundog.shared
def load():
    return {made}
page = w.Label("page")
"""


@pytest.mark.parametrize(
    "definition",
    [
        "class Thing:\n    seen = []",
        "class Thing:\n    count = 0\n    def f(self):\n        type(self).count += 1",
        "class Thing:\n    count = 0\n    @classmethod\n    def f(cls):\n        cls.count += 1",
        "class Thing:\n    count = 0\nThing.count = 1",
        "class Thing:\n    count = 0\nsetattr(Thing, 'count', 1)",
        "class Thing:\n    def f(self):\n        return label.value",
        "def g():\n    numbers.append(1)\nclass Thing:\n    def f(self):\n        g()",
        "USER = sundog.get_session_id()\nclass Thing:\n    def f(self):\n        return USER",
        "seen = {}\nclass Thing:\n    def f(self):\n        seen['a'] = 1",
        "rows = [1]\nrows.append(2)\nclass Thing:\n    def f(self):\n        return rows",
        "class Thing(w.VBox):\n    pass",
        "def register(c):\n    numbers.append(c)\n    return c\n@register\nclass Thing:\n    pass",
        "Thing = int\nclass Thing:\n    pass",
    ],
)
def test_classes_with_state_belong_to_one_kernel(apps: Apps, definition: str) -> None:
    source = STATE.format(definition=definition, made="None if Thing is None else 5")
    runner = apps.runner(apps.script(source))
    kinds = {id(apps.show(runner).widget("Thing")) for _ in range(2)}
    assert len(kinds) == 2


def test_objects_of_such_a_class_are_reported_in_development(apps: Apps) -> None:
    definition = "class Thing:\n    def f(self):\n        return label.value"
    runner = apps.runner(apps.script(STATE.format(definition=definition, made="[Thing()]")))
    shown = apps.show(runner)
    assert call(shown.kernel)
    shown.page.read()
    (error,) = shown.errors
    assert "load() is shared by all pages" in error["text"]
    assert "contains a Thing of another run" in error["text"]
    assert "Move the class Thing into a module" in error["text"]


def test_objects_of_such_a_class_are_logged_once_in_production(
    apps: Apps, caplog: pytest.LogCaptureFixture
) -> None:
    definition = "class Thing:\n    def f(self):\n        return label.value"
    runner = apps.runner(apps.script(STATE.format(definition=definition, made="{'a': Thing()}")))
    kernel = apps.show(runner).kernel
    kernel.development = False
    for _ in range(2):
        assert call(kernel)
    assert caplog.text.count("contains a Thing of another run") == 1


def call(kernel: VirtualKernel) -> Any:
    from tests.kernels import run_in

    return run_in(kernel, kernel.namespace["load"])


def test_code_without_shared_functions_is_left_alone(apps: Apps) -> None:
    runner = apps.runner(apps.script("import ipywidgets as w\nclass A: pass\npage = w.Label('x')"))
    shown = [apps.show(runner) for _ in range(2)]
    assert shown[0].widget("A") is not shown[1].widget("A")
    assert not [name for name in shown[0].kernel.namespace if "sundog" in name]
