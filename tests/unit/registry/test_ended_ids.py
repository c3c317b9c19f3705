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
    for _ in range(2 * SLOTS):
        ended.add(KernelId(new_token()))
    last = KernelId(new_token())
    ended.add(last)
    assert last in ended
    assert len(ended._hashes) == SLOTS
