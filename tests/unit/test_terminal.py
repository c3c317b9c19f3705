"""How errors of the app look in a terminal."""

from __future__ import annotations

import io
import logging
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from sundog.hooks.core.tracebacks import told_traceback
from sundog.kernel import errors as reports
from sundog.logs import LineFormatter
from sundog.terminal import TerminalFormatter, draw, formatter_for, is_wanted

STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def told_of(source: str, path: Path) -> traceback.TracebackException:
    """Run a file's source and return what is told of its error."""
    path.write_text(source, encoding="utf-8")
    try:
        exec(compile(source, str(path), "exec"), {"__name__": "__main__"})
    except BaseException as error:  # noqa: BLE001 - whatever the source raises
        # Without this function's own frame.
        return told_traceback(
            error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
        )
    raise AssertionError("it has not failed")


def drawn(source: str, path: Path) -> list[str]:
    return STYLE.sub("", draw(told_of(source, path))).splitlines()


def test_the_place_stands_among_its_lines(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    source = "def halve(x):\n    y = 'é' * 0\n    return x / len(y)\n\n\nhalve(3)\n"
    assert drawn(source, app) == [
        f"  {app}:6",
        "    > 6  halve(3)",
        f"  {app}:3 in halve",
        "      1  def halve(x):",
        "      2      y = 'é' * 0",
        "    > 3      return x / len(y)",
        "      4  ",
        "      5  ",
        "      6  halve(3)",
        "ZeroDivisionError: division by zero",
    ]
    # The part of the line that failed is underlined.
    coloured = draw(told_of(source, app)).splitlines()[5]
    assert re.search(r"\x1b\[4;[0-9;]*mx / ", coloured)


def test_a_syntax_error_stands_among_its_lines(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    assert drawn("a = 1\nb = (2\nc = 3\n", app) == [
        f"  {app}:2",
        "      1  a = 1",
        "    > 2  b = (2",
        "      3  c = 3",
        "SyntaxError: '(' was never closed",
    ]


def test_what_the_file_says_now_is_shown(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    drawn("one = two\n", app)
    assert "    > 1  three = four and five" in drawn("three = four and five\n", app)


def test_causes_come_first(tmp_path: Path) -> None:
    source = "try:\n    {}['k']\nexcept KeyError as error:\n    raise ValueError('no') from error\n"
    lines = drawn(source, tmp_path / "app.py")
    order = [lines.index(line) for line in ("KeyError: 'k'", "ValueError: no")]
    assert order == sorted(order)
    assert any("direct cause" in line for line in lines)
    context = drawn(source.replace(" from error", ""), tmp_path / "app.py")
    assert any("While the above" in line for line in context)
    alone = drawn(source.replace("from error", "from None"), tmp_path / "app.py")
    assert not any("KeyError:" in line for line in alone)


def test_groups_and_notes(tmp_path: Path) -> None:
    source = (
        "one = ValueError('one')\none.add_note('look here')\n"
        "raise ExceptionGroup('all', [one, TypeError('two')])\n"
    )
    lines = drawn(source, tmp_path / "app.py")
    for text in ("ValueError: one", "  look here", "TypeError: two"):
        assert text in lines


def test_plumbing_is_folded_and_packages_show_no_source(tmp_path: Path) -> None:
    source = (
        "import json\nimport traitlets\n"
        "class Model(traitlets.HasTraits):\n"
        "    value = traitlets.Int()\n"
        "    @traitlets.observe('value')\n"
        "    def _read(self, change):\n"
        "        json.loads('{')\n"
        "Model().value = 3\n"
    )
    lines = drawn(source, tmp_path / "app.py")
    assert not any("traitlets.py" in line for line in lines)
    assert "    > 7          json.loads('{')" in lines
    at = next(at for at, line in enumerate(lines) if "decoder.py" in line)
    assert lines[at + 1].startswith(("  ", "json.decoder.JSONDecodeError"))
    assert not lines[at + 1].startswith("    ")


def test_nothing_steers_the_terminal(tmp_path: Path) -> None:
    source = "x = '\x1b[2J'\nraise ValueError('\\x1b[31mred\\r' + x)\n"
    text = draw(told_of(source, tmp_path / "app.py"))
    assert "\x1b[2J" not in text
    assert "\\x1b[31mred" in text
    assert "\r" not in text


def test_deep_recursion_is_cut(tmp_path: Path) -> None:
    lines = drawn("def deep(): deep()\ndeep()\n", tmp_path / "app.py")
    assert "more frames" in lines[0]
    assert len(lines) < 120


def test_colours_can_be_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = told_of("1 / 0\n", tmp_path / "app.py")
    assert "\x1b[1;31mZeroDivisionError" in draw(told)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", draw(told))


def test_who_looks() -> None:
    assert is_wanted(Terminal(), {"TERM": "xterm"})
    assert not is_wanted(Terminal(), {"TERM": "dumb"})
    assert not is_wanted(io.StringIO(), {"TERM": "xterm"})
    assert is_wanted(io.StringIO(), {"FORCE_COLOR": "1"})
    assert not is_wanted(None, {})


def test_only_developers_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(formatter_for(development=True), TerminalFormatter)
    assert type(formatter_for(development=False)) is LineFormatter
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert type(formatter_for(development=True)) is LineFormatter


def test_a_record(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    told = told_of("1 / 0\n", tmp_path / "app.py")
    reports.log("[k] error 1234 in a callback", told)
    logging.getLogger("sundog.app").error("two\nlines")
    first, second = caplog.records
    text = STYLE.sub("", TerminalFormatter().format(first))
    heading, *rest = text.splitlines()
    assert heading.endswith("ERROR   [k] error 1234 in a callback")
    assert rest[-1] == "ZeroDivisionError: division by zero"
    assert "    > 1  1 / 0" in rest
    # Once, in one form or the other.
    assert text.count("division by zero") == 1
    assert TerminalFormatter().format(second).endswith("two\n  lines")
    assert "Traceback (most recent call last)" in LineFormatter().format(first)


def test_a_server_that_shows_no_error_pays_nothing() -> None:
    code = "import sys, sundog.server, sundog.terminal; sys.exit('rich' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
