"""Which kernels have ended, remembered in memory that does not grow."""

from __future__ import annotations

from sundog.ids import KernelId, new_token
from sundog.registry.ended_ids import SLOTS, EndedIds


def test_what_was_added_is_remembered() -> None:
    ended = EndedIds()
    kernel_id = KernelId(new_token())
    assert kernel_id not in ended
    ended.add(kernel_id)
    assert kernel_id in ended
    assert KernelId(new_token()) not in ended


def test_it_forgets_rather_than_grow() -> None:
    ended = EndedIds()
    ids = [KernelId(new_token()) for _ in range(2 * SLOTS)]
    for each in ids:
        ended.add(each)
    last = KernelId(new_token())
    ended.add(last)
    assert last in ended
    assert SLOTS / 2 < sum(each in ended for each in ids) < SLOTS
