"""What an output area keeps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.output.items import WIDGET_VIEW
from sundog.output.store import OutputLimits, OutputStore


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(text: str, display_id: str | None = None) -> dict[str, Any]:
    item = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
    return item if display_id is None else {**item, "transient": {"display_id": display_id}}


def view(model_id: str) -> dict[str, Any]:
    data = {WIDGET_VIEW: {"model_id": model_id}, "text/plain": f"<{model_id}>"}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def texts(store: OutputStore) -> list[str]:
    return [item.get("text") or item["data"]["text/plain"] for item in store.snapshot()]


def test_consecutive_text_of_one_stream_is_one_output() -> None:
    store = OutputStore()
    for item in (stream("a"), stream("b\n"), stream("e", "stderr"), stream("c"), display("d")):
        store.add(item)
    assert texts(store) == ["ab\n", "e", "c", "d"]


def test_outputs_that_were_set_stay_apart() -> None:
    store = OutputStore(items=[stream("a"), stream("b")])
    assert texts(store) == ["a", "b"]


def test_text_may_be_a_list_of_lines_as_in_notebooks() -> None:
    store = OutputStore(items=[{"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}])
    assert texts(store) == ["a\nb"]


@given(st.lists(st.text(alphabet="ab\n", max_size=5)))
def test_text_without_control_characters_is_kept_as_it_is(pieces: list[str]) -> None:
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


def test_the_oldest_displays_are_cut_off_with_a_note_in_their_place() -> None:
    store = OutputStore(OutputLimits(items=4))
    for number in range(5):
        store.add(display(str(number)))
    assert texts(store) == ["… 2 earlier outputs were cut off", "2", "3", "4"]
    for number in range(5, 12):
        store.add(display(str(number)))
    assert texts(store)[0] == "… 8 earlier outputs were cut off"
    assert texts(store)[1:] == ["8", "9", "10", "11"]
    store.clear()
    store.add(display("x"))
    assert texts(store) == ["x"]


def test_widgets_are_never_cut_off() -> None:
    store = OutputStore(OutputLimits(items=4, size=1000, text=100))
    store.add(view("first"))
    for number in range(20):
        store.add(display(f"{number} " * 50))
        store.add(view(str(number)))
        store.add(stream(f"line {number}\n" * 10))
    shown = [item["data"][WIDGET_VIEW]["model_id"] for item in store.snapshot() if is_view(item)]
    assert shown == ["first", *map(str, range(20))]


def is_view(item: dict[str, Any]) -> bool:
    return WIDGET_VIEW in item.get("data", {})


def test_text_pushes_no_display_out() -> None:
    store = OutputStore(OutputLimits(text=1000))
    store.add(display("chart"))
    for number in range(1000):
        store.add(stream(f"line {number}\n"))
    assert texts(store)[0] == "chart"
    assert texts(store)[1].startswith("… ")


def test_a_display_pushes_no_text_out() -> None:
    store = OutputStore(OutputLimits(size=1000))
    store.add(stream("text"))
    for letter in "abc":
        store.add(display(letter * 600))
    assert texts(store) == ["text", "… 2 earlier outputs were cut off", "c" * 600]


def test_an_endless_stream_keeps_its_end_and_counts_what_it_lost() -> None:
    store = OutputStore(OutputLimits(text=20_000))
    for number in range(20_000):
        store.add(stream(f"line {number}\n"))
    [text] = texts(store)
    assert text.endswith("line 19999\n")
    assert len(text) <= 20_100
    note, _, rest = text.partition("\n")
    left = rest.count("\n")
    assert note == f"… {20_000 - left:,} earlier lines were cut off"


def test_a_line_without_an_end_is_cut_too() -> None:
    store = OutputStore(OutputLimits(text=1000))
    for _ in range(1000):
        store.add(stream("x" * 10))
    [text] = texts(store)
    assert text.startswith("… earlier text was cut off\n")
    assert 300 < len(text) <= 1030


def test_two_streams_in_turns_are_bounded_and_have_one_note() -> None:
    store = OutputStore(OutputLimits(text=2000))
    for number in range(1000):
        store.add(stream(f"{number}\n", ("stdout", "stderr")[number % 2]))
    shown = texts(store)
    assert len(shown) <= 2000 / 64
    assert sum("cut off" in text for text in shown) == 1
    left = sum(text.count("\n") for text in shown) - 1
    assert shown[0].startswith(f"… {1000 - left} earlier lines were cut off\n")


def test_a_note_of_another_area_is_counted() -> None:
    store = OutputStore(OutputLimits(text=300))
    store.add(stream("… 1,000 earlier lines were cut off\n"))
    for number in range(100):
        store.add(stream(f"line {number}\n"))
    [text] = texts(store)
    left = text.count("\n") - 1
    assert text.startswith(f"… {1000 + 100 - left:,} earlier lines were cut off\n")


def test_a_progress_bar_takes_no_room() -> None:
    store = OutputStore(OutputLimits(text=1000))
    for number in range(1000):
        store.add(stream(f"\r{number} of 1000"))
    assert texts(store) == ["999 of 1000"]


@pytest.mark.parametrize("large", [False, True])
def test_displayed_outputs_are_updated_by_their_id(large: bool) -> None:
    new = "new" * (1000 if large else 1)
    items = [display("a", "id"), display("b"), display("c", "id")]
    store = OutputStore(OutputLimits(size=100_000), items=items)
    assert store.update("id", {"text/plain": new}, {})
    assert not store.update("other", {"text/plain": "new"}, {})
    assert texts(store) == [new, "b", new]
