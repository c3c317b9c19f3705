"""The table of ipywidgets' controls: how a user and how Python change each one's value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

Act = Callable[[Locator], object]


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `make` and `give` are Python expressions in the app."""

    name: str
    make: str
    # What a user does to it, and the `repr` of the value that this gives.
    act: Act | None
    said: str
    # A value that Python gives it, and what the page shows of that.
    give: str
    shows: Act


def press(key: str, handle: int = -1) -> Act:
    """Press a key on a slider's handle."""
    return lambda control: control.get_by_role("slider").nth(handle).press(key)


def fill(text: str, key: str = "", selector: str = "input, textarea") -> Act:
    """Type into the control's field."""

    def act(control: Locator) -> None:
        field = control.locator(selector).last
        field.fill(text)
        if key:
            field.press(key)

    return act


def tag(name: str) -> Act:
    """Add a tag; the field for it is there while the control has the focus."""

    def act(control: Locator) -> None:
        control.locator(".jupyter-widget-tag").first.locator("xpath=..").click(
            position={"x": 2, "y": 2}
        )
        fill(name, "Enter")(control)

    return act


def choose(*labels: str) -> Act:
    """Select in a list."""
    return lambda control: control.locator("select").select_option(label=list(labels))


def click(name: str) -> Act:
    """Click a button."""
    return lambda control: control.get_by_role("button", name=name, exact=True).click()


def readout(text: str) -> Act:
    """See the number beside a slider."""
    return lambda control: expect(control.locator(".widget-readout")).to_have_text(text)


def field(value: str | re.Pattern[str]) -> Act:
    """See the field's content."""
    return lambda control: expect(control.locator("input, textarea, select").last).to_have_value(
        value
    )


def text(value: str) -> Act:
    """See a text."""
    return lambda control: expect(control).to_contain_text(value)


def bar(width: str) -> Act:
    """See how far a progress bar has got."""
    return lambda control: expect(control.locator(".progress-bar")).to_have_attribute(
        "style", re.compile(rf"width: {re.escape(width)}")
    )


def tags(*names: str) -> Act:
    """See tags."""
    return lambda control: expect(control.locator("div.jupyter-widget-tag")).to_have_text(
        [re.compile(re.escape(name)) for name in names]
    )


def active(name: str) -> Act:
    """See which of some toggle buttons is down."""
    return lambda control: expect(control.locator("button.mod-active")).to_have_text(name)


CONTROLS = [
    Control("IntSlider", "IntSlider(value=3, max=10)", press("ArrowRight"), "4", "7", readout("7")),
    Control(
        "FloatSlider",
        "FloatSlider(value=0.5, max=1, step=0.25)",
        press("ArrowRight"),
        "0.75",
        "0.25",
        readout("0.25"),
    ),
    Control(
        "FloatLogSlider",
        "FloatLogSlider(value=1, min=-2, max=2, step=1)",
        press("ArrowRight"),
        "10.0",
        "0.1",
        readout("0.100"),
    ),
    Control(
        "IntRangeSlider",
        "IntRangeSlider(value=(2, 6), max=10)",
        press("ArrowRight"),
        "(2, 7)",
        "(1, 3)",
        readout("1 – 3"),  # noqa: RUF001
    ),
    Control(
        "FloatRangeSlider",
        "FloatRangeSlider(value=(0.25, 0.5), max=1, step=0.25)",
        press("ArrowLeft", 0),
        "(0.0, 0.5)",
        "(0.5, 0.75)",
        readout("0.50 – 0.75"),  # noqa: RUF001
    ),
    Control("IntProgress", "IntProgress(value=10)", None, "10", "40", bar("40%")),
    Control("FloatProgress", "FloatProgress(value=1)", None, "1.0", "12.5", bar("12.5%")),
    Control("IntText", "IntText(1)", fill("12", "Enter"), "12", "-5", field("-5")),
    Control("FloatText", "FloatText(1)", fill("1.5", "Enter"), "1.5", "2.25", field("2.25")),
    Control(
        "BoundedIntText", "BoundedIntText(1, max=10)", fill("99", "Enter"), "10", "5", field("5")
    ),
    Control(
        "BoundedFloatText",
        "BoundedFloatText(1, max=10)",
        fill("-3", "Enter"),
        "0.0",
        "5.5",
        field("5.5"),
    ),
    Control(
        "ToggleButton",
        "ToggleButton(description='Toggle')",
        click("Toggle"),
        "True",
        "False",
        lambda control: expect(control).not_to_have_class(re.compile("mod-active")),
    ),
    Control(
        "Checkbox",
        "Checkbox(description='Check')",
        lambda control: control.get_by_role("checkbox").check(),
        "True",
        "False",
        lambda control: expect(control.get_by_role("checkbox")).not_to_be_checked(),
    ),
    Control(
        "Valid",
        "Valid(False, description='Valid')",
        None,
        "False",
        "True",
        lambda control: expect(control.locator(".fa-check")).to_be_visible(),
    ),
    Control("Dropdown", "Dropdown(options=['a', 'b', 'c'])", choose("b"), "'b'", "'c'", field("c")),
    Control(
        "Dropdown-pairs",
        "Dropdown(options=[('One', 1), ('Two', 2), ('Three', 3)])",
        choose("Two"),
        "2",
        "3",
        field("Three"),
    ),
    Control(
        "RadioButtons",
        "RadioButtons(options=['a', 'b', 'c'])",
        lambda control: control.get_by_role("radio", name="b", exact=True).check(),
        "'b'",
        "'c'",
        lambda control: expect(control.get_by_role("radio", name="c", exact=True)).to_be_checked(),
    ),
    Control("Select", "Select(options=['a', 'b', 'c'])", choose("b"), "'b'", "'c'", field("c")),
    Control(
        "SelectionSlider",
        "SelectionSlider(options=['small', 'medium', 'large'])",
        press("ArrowRight"),
        "'medium'",
        "'large'",
        readout("large"),
    ),
    Control(
        "SelectionRangeSlider",
        "SelectionRangeSlider(options='abcde', index=(0, 2))",
        press("ArrowRight"),
        "('a', 'd')",
        "('b', 'c')",
        readout("b-c"),
    ),
    Control(
        "ToggleButtons",
        "ToggleButtons(options=['a', 'b', 'c'])",
        click("b"),
        "'b'",
        "'c'",
        active("c"),
    ),
    Control(
        "SelectMultiple",
        "SelectMultiple(options=['a', 'b', 'c'])",
        choose("a", "c"),
        "('a', 'c')",
        "('b',)",
        lambda control: expect(control.locator("select")).to_have_values(["b"]),
    ),
    Control("Text", "Text('x')", fill("héllo <b> ✓"), "'héllo <b> ✓'", "'<i>'", field("<i>")),
    Control("Textarea", "Textarea('x')", fill("a\nb"), r"'a\nb'", r"'c\nd'", field("c\nd")),
    Control("Combobox", "Combobox(options=['a', 'b'])", fill("b"), "'b'", "'a'", field("a")),
    Control("Password", "Password(value='x')", fill("secret"), "'secret'", "'y'", field("y")),
    Control("Label", "Label('x')", None, "'x'", "'<b>'", text("<b>")),
    Control(
        "HTML",
        "HTML('x')",
        None,
        "'x'",
        "'<em>loud</em>'",
        lambda control: expect(control.locator("em")).to_have_text("loud"),
    ),
    Control(
        "HTMLMath",
        "HTMLMath('x')",
        None,
        "'x'",
        r"r'<em>f</em> $\frac{1}{2}$'",
        lambda control: expect(control.locator(".katex .mfrac")).to_be_visible(),
    ),
    Control(
        "TagsInput",
        "TagsInput(value=['a'], allowed_tags=['a', 'b', 'c'])",
        tag("b"),
        "['a', 'b']",
        "['c']",
        tags("c"),
    ),
    Control(
        "ColorsInput",
        "ColorsInput(value=['red'])",
        tag("green"),
        "['red', 'green']",
        "['blue']",
        lambda control: expect(control.locator("div.jupyter-widget-tag").first).to_have_css(
            "background-color", "rgb(0, 0, 255)"
        ),
    ),
    Control(
        "IntsInput",
        "IntsInput(value=[1])",
        tag("2"),
        "[1, 2]",
        "[3, 4]",
        tags("3", "4"),
    ),
    Control(
        "FloatsInput",
        "FloatsInput(value=[1.5])",
        tag("2.5"),
        "[1.5, 2.5]",
        "[3.5]",
        tags("3.5"),
    ),
    Control(
        "DatePicker",
        "DatePicker()",
        fill("2024-05-06"),
        "datetime.date(2024, 5, 6)",
        "datetime.date(2025, 1, 2)",
        field("2025-01-02"),
    ),
    Control(
        "TimePicker",
        "TimePicker()",
        fill("12:34"),
        "datetime.time(12, 34)",
        "datetime.time(7, 8)",
        field(re.compile("^07:08")),
    ),
    Control(
        "DatetimePicker",
        "DatetimePicker()",
        fill("2024-05-06T07:08"),
        "2024-05-06 07:08:00+00:00",
        "datetime.datetime(2025, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)",
        field(re.compile("^2025-01-02T03:04")),
    ),
    Control(
        "NaiveDatetimePicker",
        "NaiveDatetimePicker()",
        fill("2024-05-06T07:08"),
        "datetime.datetime(2024, 5, 6, 7, 8)",
        "datetime.datetime(2025, 1, 2, 3, 4)",
        field(re.compile("^2025-01-02T03:04")),
    ),
    Control(
        "ColorPicker",
        "ColorPicker(value='red')",
        fill("#00ff00", "Enter", "input[type=text]"),
        "'#00ff00'",
        "'blue'",
        lambda control: expect(control.locator("input[type=text]")).to_have_value("blue"),
    ),
]

_HEAD = """
import datetime
import ipywidgets as widgets

def row(name, widget, given):
    def look(change=None):
        said.value = (str if name == "DatetimePicker" else repr)(widget.value)
    said = widgets.Label()
    look()
    widget.observe(look, "value")
    give = widgets.Button(description="Give " + name)
    give.on_click(lambda _: setattr(widget, "value", given))
    box = widgets.HBox([give, widget, said])
    return box.add_class("row").add_class("row-" + name)

widgets.VBox([
"""


def controls_app() -> str:
    """Return the script that shows all controls, each in a row with its value and a button."""
    rows = (
        f"    row({control.name!r}, widgets.{control.make}, {control.give}),\n"
        for control in CONTROLS
    )
    return _HEAD + "".join(rows) + "])\n"
