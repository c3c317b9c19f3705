"""Output areas: the page's and those of `Output` widgets behave the same."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sundog.output import Area
from sundog.output.items import size_of
from sundog.output.store import OutputLimits
from tests.patience import PATIENCE
from tests.unit.output.conftest import World


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(text: str, display_id: str | None = None) -> dict[str, Any]:
    item = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
    return item if display_id is None else {**item, "transient": {"display_id": display_id}}


def clear(*, wait: bool) -> dict[str, Any]:
    return {"output_type": "clear_output", "wait": wait}


def update(text: str, display_id: str) -> dict[str, Any]:
    return {**display(text, display_id), "output_type": "update_display_data"}


@pytest.fixture(params=["page", "output"])
def area(request: pytest.FixtureRequest, world: World) -> Area:
    if request.param == "page":
        return world.output.page
    return Area(world.output, world.output.publisher("output"))


def test_items_are_kept_and_published(area: Area, world: World) -> None:
    items = [display("a"), stream("b")]
    for item in items:
        area.append(item)
    world.run()
    assert area.items == items
    assert [item for _, item in world.published] == items


def test_a_stream_goes_on_where_it_ended(area: Area) -> None:
    for item in (stream("a"), stream("b"), stream("c", "stderr"), stream("d")):
        area.append(item)
    assert area.items == [stream("ab"), stream("c", "stderr"), stream("d")]


def test_carriage_returns_and_backspaces_are_applied(area: Area) -> None:
    for text in ("10%", "\r20%", "\r100%\n", "ab\b", "c"):
        area.append(stream(text))
    assert area.items == [stream("100%\nac")]


def test_clear_now_and_clear_before_the_next(area: Area, world: World) -> None:
    area.append(display("a"))
    area.append(clear(wait=True))
    assert area.items == [display("a")]
    area.append(display("b"))
    assert area.items == [display("b")]
    area.append(clear(wait=False))
    assert area.items == []
    assert area.is_empty
    assert [item for _, item in world.published] == [
        display("a"),
        clear(wait=True),
        display("b"),
        clear(wait=False),
    ]


def test_clear_now_takes_back_clear_before_the_next(area: Area) -> None:
    area.append(clear(wait=True))
    area.append(clear(wait=False))
    area.append(display("a"))
    area.append(display("b"))
    assert area.items == [display("a"), display("b")]


def test_text_that_is_held_back_is_published_before_a_clear(area: Area, world: World) -> None:
    area.append(stream("a"))
    area.append(clear(wait=False))
    assert [item for _, item in world.published] == [stream("a"), clear(wait=False)]


def test_an_update_changes_every_output_of_its_id_in_all_areas(area: Area, world: World) -> None:
    other = Area(world.output, world.output.publisher("other"))
    other.append(display("e", "x"))
    for item in (display("a", "x"), display("b", "y"), display("c", "x"), stream("d")):
        area.append(item)
    area.append(update("new", "x"))
    assert area.items == [
        display("new", "x"),
        display("b", "y"),
        display("new", "x"),
        stream("d"),
    ]
    assert other.items == [display("new", "x")]
    updates = [each for each in world.published if each[1]["output_type"] == "update_display_data"]
    assert updates == [["", update("new", "x")]]


def test_an_update_of_an_unknown_id_shows_nothing(area: Area) -> None:
    area.append(update("new", "x"))
    assert area.items == []


def test_what_cannot_be_sent_is_not_kept(area: Area, world: World) -> None:
    wrong = {**display("a"), "data": {"application/json": object()}}
    with pytest.raises(TypeError):
        area.append(wrong)
    assert area.items == []
    assert world.published == []


def test_what_is_kept_is_what_was_published(world: World) -> None:
    """A snapshot between the two would show an item twice, or not at all."""
    seen: list[int] = []

    def look(item: object) -> None:
        other = threading.Thread(target=lambda: seen.append(len(area.items)))
        other.start()
        other.join(0.02)
        assert seen == [], "the item was seen before it was published"
        others.append(other)

    others: list[threading.Thread] = []
    area = Area(world.output, look)
    area.append(display("a"))
    others[0].join(PATIENCE)
    assert seen == [1]


def test_a_finalizer_may_print_while_something_is_published(world: World) -> None:
    def publish(item: object) -> None:
        if item == display("a"):
            area.append(stream("goodbye"))

    area = Area(world.output, publish)
    area.append(display("a"))
    assert area.items == [stream("goodbye"), display("a")]


def test_clear_tells_nobody(area: Area, world: World) -> None:
    area.append(display("a"))
    area.clear()
    assert area.items == []
    assert len(world.published) == 1


def test_large_charts_push_nothing_off_the_page(area: Area) -> None:
    view = {
        "output_type": "display_data",
        "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}},
        "metadata": {},
    }
    charts = [display(letter * 7_000_000) for letter in "abc"]
    for item in (view, *charts):
        area.append(item)
    assert list(area.outputs()) == [view, *charts]


def test_many_charts_are_all_kept(area: Area) -> None:
    charts = [display(f"{number:3}" * 34_000) for number in range(1000)]
    for item in charts:
        area.append(item)
    assert list(area.outputs()) == charts
    assert size_of(area.items) < 10 << 20


@pytest.mark.anyio
async def test_text_is_held_back_until_the_callback_ends(world: World) -> None:
    area = Area(world.output, world.output.publisher("output"))
    for number in range(10):
        area.append(stream(f"{number}\n"))
    assert world.published == []
    world.run()
    assert world.published == [["output", stream("".join(f"{n}\n" for n in range(10)))]]


def test_limits_are_the_areas_own(world: World) -> None:
    limits = OutputLimits(text=300)
    area = Area(world.output, world.output.publisher("output"), limits=limits)
    for number in range(100):
        area.append(stream(f"line {number}\n"))
    [item] = area.items
    assert item["text"].startswith("… ")
    assert item["text"].endswith("line 99\n")
