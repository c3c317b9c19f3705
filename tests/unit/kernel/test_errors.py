"""What is told of the app's errors, and to whom."""

from __future__ import annotations

import pytest

from sundog.hooks.ipython.cells import compile_code
from sundog.kernel import errors as reports
from sundog.kernel.error_rate import ErrorRate
from sundog.kernel.errors import report


def failure() -> ValueError:
    try:
        raise ValueError("the reason")
    except ValueError as error:
        return error


def test_in_development_the_page_is_told_all(caplog: pytest.LogCaptureFixture) -> None:
    told = report(failure(), "a callback", "kernel", development=True)

    assert told["title"] == "ValueError in a callback"
    assert told["text"] == "the reason"
    assert "in failure" in told["traceback"]
    assert told["id"] in caplog.text
    assert "[kernel]" in caplog.text
    assert "in failure" in caplog.text


def test_in_production_the_page_is_told_an_id(caplog: pytest.LogCaptureFixture) -> None:
    told = report(failure(), "a callback", "kernel", development=False)

    assert told == {"id": told["id"], "title": "Something went wrong"}
    assert told["id"] in caplog.text
    assert "the reason" in caplog.text


def test_a_long_text_is_bounded_in_the_log_and_in_the_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = report(ValueError(f"begin{'x' * 10_000_000}end"), "a callback", "kernel", True)
    for text in (told["text"], told["traceback"], caplog.records[-1].getMessage()):
        assert len(text) < 2 * reports.MAX_TEXT
        assert "characters are left out" in text
        assert "begin" in text
        assert text.rstrip().endswith("end")


def test_too_many_errors_in_a_second_are_counted_and_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 1.0
    rate = ErrorRate(3, now=lambda: now)
    ids = [report(failure(), "a timer", "kernel", False, rate)["id"] for _ in range(1000)]
    assert [bool(each) for each in ids[:5]] == [True, True, True, False, False]
    assert len(caplog.records) == 3
    now = 2.0
    assert report(failure(), "a timer", "kernel", False, rate)["id"]
    assert caplog.records[3].getMessage() == "[kernel] 997 more errors were left out of the log"
    assert len(caplog.records) == 5


def test_while_developing_every_error_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    rate = ErrorRate(1, now=lambda: 1.0)
    for _ in range(3):
        assert report(failure(), "a timer", "kernel", True, rate)["id"]
    assert len(caplog.records) == 3


def test_frames_of_the_plumbing_are_folded_away() -> None:
    import traitlets

    class Model(traitlets.HasTraits):
        value = traitlets.Int()

        @traitlets.observe("value")
        def _fail(self, change: object) -> None:
            raise ValueError("in an observer")

    model = Model()
    with (
        pytest.raises(ValueError, match="in an observer") as raised,
        model.hold_trait_notifications(),
    ):
        model.value = 3

    text = report(raised.value, "a callback", "kernel", development=True)["traceback"]
    assert "_fail" in text
    assert "traitlets.py" not in text
    assert "contextlib.py" not in text


def test_how_code_that_does_not_parse_was_compiled_is_folded_away() -> None:
    with pytest.raises(SyntaxError) as raised:
        compile_code("x = (", "app.py")

    told = report(raised.value, "the app", "kernel", development=True)
    assert "cells.py" not in told["traceback"]
    assert 'File "app.py", line 1' in told["traceback"]


def test_an_error_in_the_plumbing_itself_is_shown_whole() -> None:
    import traitlets

    with pytest.raises(traitlets.TraitError) as raised:
        traitlets.Int().validate(traitlets.HasTraits(), "x")
    trace = raised.value.__traceback__
    assert trace is not None
    raised.value.__traceback__ = trace.tb_next

    told = report(raised.value, "a callback", "kernel", development=True)
    assert "traitlets.py" in told["traceback"]


def test_causes_and_groups_are_folded_too() -> None:
    group = ExceptionGroup("several", [failure(), failure()])
    group.__cause__ = failure()

    text = report(group, "a callback", "kernel", development=True)["traceback"]

    assert text.count("ValueError: the reason") == 3


def test_an_error_that_cannot_describe_itself_is_reported() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    told = report(Mute(), "a callback", "kernel", development=True)

    assert told["title"] == "Mute in a callback"
    assert told["text"]


def test_the_innermost_frame_is_the_apps() -> None:
    assert reports.app_frames(failure()).stack[-1].name == "failure"
