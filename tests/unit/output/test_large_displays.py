"""Large displays are kept by reference."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest

from sundog.output.items import WIDGET_VIEW
from sundog.output.large_displays import (
    CROWDED,
    LARGE,
    LARGE_IF_CROWDED,
    RECENT_BYTES,
    REFERENCE,
    LargeDisplays,
    note_gone,
    resolved,
)

MIB = 1 << 20


def display(text: str, mime: str = "text/html") -> dict[str, Any]:
    return {"output_type": "display_data", "data": {mime: text}, "metadata": {"a": 1}}


def hash_of(item: dict[str, Any]) -> str:
    found: str = item["data"][REFERENCE]["hash"]
    return found


def test_small_displays_stay_as_they_are() -> None:
    item = display("x" * (LARGE - 1))
    assert LargeDisplays(MIB).by_reference(item) is item


def test_a_large_one_is_kept_once_and_found_by_its_hash() -> None:
    displays = LargeDisplays(10 * MIB)
    item = display("x" * LARGE)
    first, second = displays.by_reference(item), displays.by_reference(dict(item))
    assert first == second
    assert len(json.dumps(first)) < 300
    assert first["metadata"] == {"a": 1}
    content = displays.get(hash_of(first))
    assert content is not None
    assert json.loads(content) == item["data"]
    assert resolved(first) == item
    assert displays.by_reference(first) is first


def test_what_is_changed_later_does_not_matter() -> None:
    displays = LargeDisplays(10 * MIB)
    item = display("x" * LARGE)
    kept = displays.by_reference(item)
    item["data"]["text/html"] = "changed"
    assert resolved(kept)["data"] == {"text/html": "x" * LARGE}


def test_a_widgets_view_is_never_by_reference() -> None:
    item = display("x" * LARGE)
    item["data"][WIDGET_VIEW] = {"model_id": "1"}
    assert LargeDisplays(MIB).by_reference(item) is item


@pytest.mark.parametrize(
    "item",
    [
        display("<SCRIPT>define()</SCRIPT>" + "x" * LARGE),
        display("x" * LARGE, "application/javascript"),
        {**display(""), "data": {"text/html": ["<div>", "x" * LARGE, "<script src='a.js'>"]}},
    ],
)
def test_what_later_displays_may_need_comes_in_its_order(item: dict[str, Any]) -> None:
    """A script that is fetched would run after those that are shown after it."""
    assert LargeDisplays(10 * MIB).by_reference(item) is item


def test_what_no_area_holds_goes_after_a_while() -> None:
    displays = LargeDisplays(100 * MIB)
    first = hash_of(displays.by_reference(display("a" * LARGE)))
    assert displays.get(first) is not None
    for number in range(RECENT_BYTES // LARGE + 1):
        displays.by_reference(display(f"{number:4}" * (LARGE // 4)))
    gc.collect()
    assert displays.get(first) is None


def test_a_few_that_were_just_shown_stay_however_large_they_are() -> None:
    displays = LargeDisplays(1 << 30)
    hashes = [hash_of(displays.by_reference(display(letter * 20 * MIB))) for letter in "abcdef"]
    gc.collect()
    assert [displays.get(each) is not None for each in hashes] == [False] * 2 + [True] * 4


def test_in_a_crowded_area_smaller_ones_are_kept_by_reference_too() -> None:
    displays = LargeDisplays(MIB)
    item = display("x" * LARGE_IF_CROWDED)
    assert displays.by_reference(item, CROWDED - 1) is item
    assert REFERENCE in displays.by_reference(item, CROWDED)["data"]


def test_over_the_limit_the_oldest_say_that_they_are_gone() -> None:
    displays = LargeDisplays(3 * MIB)
    items = [displays.by_reference(display(letter * MIB)) for letter in "abcd"]
    assert [displays.get(hash_of(item)) is None for item in items] == [True, True, False, False]
    assert resolved(items[0]) == note_gone(items[0])
    told = resolved(items[0])["data"]["text/plain"]
    assert told == "… an earlier output of 1.0 MiB was cut off"


def test_one_that_is_too_large_by_itself_says_so_and_costs_no_other() -> None:
    displays = LargeDisplays(3 * MIB)
    kept = displays.by_reference(display("a" * MIB))
    told = displays.by_reference(display("b" * 4 * MIB))["data"]["text/plain"]
    assert "4.0 MiB" in told
    assert "SUNDOG_DISPLAY_BYTES allows 3.0 MiB" in told
    assert displays.get(hash_of(kept)) is not None


def test_what_json_cannot_hold_is_refused() -> None:
    item = display("x" * LARGE)
    item["data"]["application/json"] = object()
    with pytest.raises(TypeError):
        LargeDisplays(MIB).by_reference(item)


def test_unknown_hashes() -> None:
    assert LargeDisplays(MIB).get("0" * 32) is None
