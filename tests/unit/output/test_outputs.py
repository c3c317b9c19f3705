"""What an output area keeps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.output.outputs import OutputLimits, OutputStore


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(text: str, display_id: str | None = None) -> dict[str, Any]:
    item = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
    return item if display_id is None else {**item, "transient": {"display_id": display_id}}


def texts(store: OutputStore) -> list[str]:
    return [item.get("text") or item["data"]["text/plain"] for item in store.snapshot()]


def test_consecutive_text_of_one_stream_is_one_output() -> None:
    store = OutputStore()
    for item in (stream("a"), stream("b\n"), stream("e", "stderr"), stream("c"), display("d")):
        store.add(item)
    assert texts(store) == ["ab\n", "e", "c", "d"]


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["10%\r", "20%\r", "30%"], "30%"),
        (["a\n1\r2", "\r3\nb"], "a\n3\nb"),
        (["one\r\n", "two\r\n"], "one\r\ntwo\r\n"),
        (["x\r"], "x\r"),
        (["keep\n", "1\r2\r3\r"], "keep\n3\r"),
    ],
)
def test_a_carriage_return_begins_the_line_anew(pieces: list[str], text: str) -> None:
    store = OutputStore()
    for piece in pieces:
        store.add(stream(piece))
    assert texts(store) == [text]


@given(st.lists(st.text(alphabet="ab\n", max_size=5)))
def test_text_without_carriage_returns_is_kept_as_it_is(pieces: list[str]) -> None:
    store = OutputStore()
    for piece in pieces:
        store.add(stream(piece))
    assert "".join(item["text"] for item in store.snapshot()) == "".join(pieces)


def test_a_waiting_clear_happens_with_the_next_output() -> None:
    store = OutputStore()
    store.add(display("old"))
    store.clear_before_next = True
    assert texts(store) == ["old"]
    store.add(display("new"))
    assert texts(store) == ["new"]


def test_the_oldest_outputs_go_first_and_it_is_said() -> None:
    store = OutputStore(OutputLimits(items=3))
    for number in range(5):
        store.add(display(str(number)))
    assert texts(store) == ["(earlier output is not kept)", "2", "3", "4"]
    store.clear()
    store.add(display("x"))
    assert texts(store) == ["x"]


def test_large_outputs_push_others_out() -> None:
    store = OutputStore(OutputLimits(size=1000))
    for letter in "abc":
        store.add(display(letter * 600))
    assert texts(store)[1:] == ["c" * 600]


def test_an_endless_stream_keeps_its_end() -> None:
    store = OutputStore(OutputLimits(size=1000))
    for number in range(1000):
        store.add(stream(f"line {number}\n"))
    _, text = texts(store)
    assert text.endswith("line 999\n")
    assert text.startswith("line ")
    assert 300 < len(text) <= 1000


def test_a_progress_bar_takes_no_room() -> None:
    store = OutputStore(OutputLimits(size=1000))
    for number in range(1000):
        store.add(stream(f"\r{number} of 1000"))
    assert texts(store) == ["999 of 1000"]


def test_displayed_outputs_are_updated_by_their_id() -> None:
    store = OutputStore(items=[display("a", "id"), display("b"), display("c", "id")])
    assert store.update("id", {"text/plain": "new"}, {})
    assert not store.update("other", {"text/plain": "new"}, {})
    assert texts(store) == ["new", "b", "new"]
