"""What the page itself shows."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from sundog.output import page_area
from sundog.output.page_area import PageArea
from sundog.protocol.message import Outgoing


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(text: str, display_id: str | None = None) -> dict[str, Any]:
    item = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
    return item if display_id is None else {**item, "transient": {"display_id": display_id}}


def clear(*, wait: bool) -> dict[str, Any]:
    return {"output_type": "clear_output", "wait": wait}


def update(text: str, display_id: str) -> dict[str, Any]:
    return {**display(text, display_id), "output_type": "update_display_data"}


@pytest.fixture
def published() -> list[Outgoing]:
    return []


@pytest.fixture
def area(published: list[Outgoing]) -> PageArea:
    return PageArea(published.append)


def test_items_are_kept_and_published(area: PageArea, published: list[Outgoing]) -> None:
    items = [display("a"), stream("b")]
    for item in items:
        area.append(item)

    assert area.items == items
    assert [json.loads(message.text) for message in published] == [
        ["output", "", item] for item in items
    ]


def test_a_stream_goes_on_where_it_ended(area: PageArea) -> None:
    for item in (stream("a"), stream("b"), stream("c", "stderr"), stream("d")):
        area.append(item)

    assert area.items == [stream("ab"), stream("c", "stderr"), stream("d")]


def test_clear_now_and_clear_before_the_next(area: PageArea) -> None:
    area.append(display("a"))
    area.append(clear(wait=True))
    assert area.items == [display("a")]
    area.append(display("b"))
    assert area.items == [display("b")]
    area.append(clear(wait=False))
    assert area.items == []


def test_clear_now_takes_back_clear_before_the_next(area: PageArea) -> None:
    area.append(clear(wait=True))
    area.append(clear(wait=False))
    area.append(display("a"))
    area.append(display("b"))
    assert area.items == [display("a"), display("b")]


def test_an_update_changes_every_output_of_its_id(area: PageArea) -> None:
    for item in (display("a", "x"), display("b", "y"), display("c", "x"), stream("d")):
        area.append(item)
    area.append(update("new", "x"))

    assert area.items == [
        display("new", "x"),
        display("b", "y"),
        display("new", "x"),
        stream("d"),
    ]


def test_the_oldest_items_go_first(area: PageArea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_area, "MAX_ITEMS", 3)
    for number in range(10):
        area.append(display(str(number)))

    assert area.items == [display("7"), display("8"), display("9")]


def test_their_size_is_bounded(area: PageArea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_area, "MAX_BYTES", 1000)
    for text in ("a" * 400, "b" * 400, "c" * 400):
        area.append(display(text))
    assert [item["data"]["text/plain"][0] for item in area.items] == ["b", "c"]

    area.append(display("d" * 5000))
    assert area.items == [display("d" * 5000)]


def test_an_endless_stream_is_bounded(area: PageArea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_area, "MAX_STREAM_CHARACTERS", 100)
    monkeypatch.setattr(page_area, "MAX_BYTES", 1000)
    for _ in range(1000):
        area.append(stream("x" * 10))

    assert sum(len(item["text"]) for item in area.items) <= 1000
    assert all(len(item["text"]) <= 110 for item in area.items)


def test_what_is_kept_is_what_was_published(area: PageArea) -> None:
    """A snapshot between the two would show an item twice, or not at all."""
    seen: list[int] = []

    def look(message: Outgoing) -> None:
        other = threading.Thread(target=lambda: seen.append(len(area.items)))
        other.start()
        other.join(0.02)
        assert seen == [], "the item was seen before it was published"

    area._publish = look
    area.append(display("a"))


def test_a_finalizer_may_print_under_the_lock(area: PageArea) -> None:
    with area._lock:
        area.append(stream("goodbye"))

    assert area.items == [stream("goodbye")]


def test_clear_tells_nobody(area: PageArea, published: list[Outgoing]) -> None:
    area.append(display("a"))
    area.clear()

    assert area.items == []
    assert len(published) == 1
