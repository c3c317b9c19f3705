"""Counting a page's messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.errors import ProtocolError
from sundog.ids import PageId
from sundog.kernel.page import Page
from sundog.protocol.message import CommMessage, PageBatch


def batch(first: int, count: int) -> PageBatch:
    return PageBatch(0, first, [CommMessage("a")] * count)


@pytest.fixture
def page() -> Page:
    """A page that has sent messages 1 to 5."""
    page = Page(PageId("page"))
    assert page.accept(batch(1, 5)) == 0
    return page


@pytest.mark.parametrize(
    ("first", "count", "known", "received"),
    [
        (6, 1, 0, 6),
        (6, 3, 0, 8),
        (1, 5, 5, 5),
        (5, 1, 1, 5),
        (1, 2, 2, 5),
        (4, 4, 2, 7),
        (1, 6, 5, 6),
        (0, 0, 0, 5),
        (100, 0, 0, 5),
    ],
)
def test_what_is_known_is_skipped(
    page: Page, first: int, count: int, known: int, received: int
) -> None:
    assert page.accept(batch(first, count)) == known
    assert page.received == received


def test_a_gap_is_a_protocol_error(page: Page) -> None:
    with pytest.raises(ProtocolError, match="6 to 7 are missing") as raised:
        page.accept(batch(8, 1))

    assert raised.value.code == 1007
    assert page.received == 5


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=30))
def test_each_number_is_taken_once_and_in_order(sent: list[tuple[int, int]]) -> None:
    page = Page(PageId("page"))
    taken: list[int] = []
    for first, count in sent:
        try:
            known = page.accept(batch(first, count))
        except ProtocolError:
            continue
        taken += range(first + known, first + count)

    assert taken == list(range(1, page.received + 1))


class TestBacklog:
    def test_it_is_what_the_kernel_has_not_processed(self) -> None:
        page = Page(PageId("p"))
        assert page.keeps_up(1, 1)
        page.received = 3
        page.backlog.add(1, 100)
        page.backlog.add(3, 50)
        assert not page.keeps_up(3, 1000)
        assert page.keeps_up(4, 1000)
        assert not page.keeps_up(4, 150)
        page.reader.ack = 1
        assert page.backlog.bytes_after(1) == 50
        page.reader.ack = 3
        assert page.keeps_up(1, 1)
        assert len(page.backlog) == 0

    def test_one_frame_may_be_as_large_as_it_likes(self) -> None:
        page = Page(PageId("p"))
        page.received = 1
        page.backlog.add(1, 10**9)
        assert page.keeps_up(2, 1)
