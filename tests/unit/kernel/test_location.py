"""A kernel's place: its pages move it, the app moves its pages."""

from __future__ import annotations

from typing import Any

import pytest

from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.address import Address
from tests.kernels import FakePage, run_in, settle


@pytest.fixture
def page(kernel: VirtualKernel) -> FakePage:
    page = FakePage(kernel)
    page.connect()
    return page


@pytest.fixture
def seen(kernel: VirtualKernel) -> list[Any]:
    """What an observer is told."""
    seen: list[Any] = []
    kernel.location.observe(seen.append)
    return seen


def told(page: FakePage) -> list[Any]:
    """Return what a page was told of places."""
    page.read()
    return [message for message in page.messages if message[0] in ("location", "title")]


def test_the_user_moves(kernel: VirtualKernel, page: FakePage, seen: list[Any]) -> None:
    kernel.location.begin(Address("/a"))
    page.wait_for_ack(page.send(["location", "/b/c?x=1&x=2#top"]))
    settle(kernel)
    location = kernel.location
    assert (location.path, location.search, location.hash) == ("/b/c", "?x=1&x=2", "#top")
    assert location.query.all("x") == ("1", "2")
    assert seen == [location.place]


def test_the_other_pages_follow(kernel: VirtualKernel, page: FakePage, seen: list[Any]) -> None:
    other = FakePage(kernel, "other")
    other.connect()
    page.wait_for_ack(page.send(["location", "/b"]))
    assert told(other) == [["location", "/b", "replace"]]


def test_the_app_moves_its_pages(kernel: VirtualKernel, page: FakePage, seen: list[Any]) -> None:
    run_in(kernel, lambda: kernel.location.navigate("/b"))
    settle(kernel)
    run_in(kernel, lambda: kernel.location.navigate("c", replace=True))
    settle(kernel)
    assert told(page) == [["location", "/b", "push"], ["location", "/c", "replace"]]
    assert seen == [Address("/b"), Address("/c")]


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("/x", "/x"),
        ("x", "/a/x"),
        ("../x", "/x"),
        ("../../../x", "/x"),
        ("?z=1", "/a/b?z=1"),
        ("#part", "/a/b?q=1#part"),
        ("", "/a/b?q=1#h"),
        ("/ä b/100%25?ü=\\", "/%C3%A4%20b/100%25?%C3%BC=%5C"),
        ("/\\elsewhere.example", "/%5Celsewhere.example"),
    ],
)
def test_addresses_are_relative_to_the_present_place(
    kernel: VirtualKernel, seen: list[Any], url: str, href: str
) -> None:
    kernel.location.begin(Address("/a/b", "?q=1", "#h"))
    kernel.location.navigate(url)
    assert kernel.location.place.href == href


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https:elsewhere.example",
        "https://elsewhere.example/ x",
        "https://elsewhere.example/" + "x" * 8192,
        "//elsewhere.example/",
        "/" + "x" * 4096,
    ],
)
def test_what_is_no_address_leads_nowhere(kernel: VirtualKernel, page: FakePage, url: str) -> None:
    with pytest.raises(ValueError, match=r"address|https"):
        kernel.location.navigate(url)
    assert told(page) == []


def test_other_sites_are_loaded(kernel: VirtualKernel, page: FakePage, seen: list[Any]) -> None:
    kernel.location.navigate("https://elsewhere.example/a?b")
    settle(kernel)
    assert told(page) == [["location", "https://elsewhere.example/a?b", "load"]]
    assert kernel.location.path == "/"
    assert seen == []


def test_a_widget_of_the_app_moves_its_pages(
    kernel: VirtualKernel, page: FakePage, seen: list[Any]
) -> None:
    for href in ("/b?x=1#top", "/b?x=1", "/c"):
        kernel.location.settle(Address.parse(href))
    settle(kernel)
    assert told(page) == [["location", "/b?x=1", "settle"], ["location", "/c", "settle"]]
    # Who moved them knows.
    assert seen == []


def test_where_nobody_observes_pages_are_loaded_anew(kernel: VirtualKernel, page: FakePage) -> None:
    page.wait_for_ack(page.send(["location", "/b"]))
    kernel.location.navigate("/c?x")
    page.wait_for_ack(page.send(["location", "/c?x#part"]))
    assert told(page) == [
        ["location", "/b", "load"],
        ["location", "/c?x", "load"],
        # To a part of the page that is there.
        ["location", "/c?x#part", "replace"],
    ]


def test_observers_hear_of_the_last_of_several_changes(
    kernel: VirtualKernel, seen: list[Any]
) -> None:
    def change() -> None:
        for url in ("/a", "/b", "/c"):
            kernel.location.navigate(url)
        assert seen == [], "not inside of what runs"

    run_in(kernel, change)
    settle(kernel)
    assert seen == [Address("/c")]
    run_in(kernel, lambda: (kernel.location.navigate("/d"), kernel.location.navigate("/c")))
    settle(kernel)
    assert seen == [Address("/c")]


def test_an_observer_that_fails_keeps_nobody_from_hearing(
    kernel: VirtualKernel, page: FakePage
) -> None:
    seen: list[Any] = []
    kernel.location.observe(lambda place: 1 / 0)
    kernel.location.observe(seen.append)
    kernel.location.navigate("/a")
    page.wait_until(lambda: bool(seen))
    assert any(message[0] == "error" for message in page.messages)


def test_who_no_longer_observes_is_not_called(kernel: VirtualKernel, seen: list[Any]) -> None:
    mine: list[Any] = []
    kernel.location.observe(mine.append)
    kernel.location.unobserve(mine.append)
    kernel.location.unobserve(mine.append)
    kernel.location.navigate("/a")
    settle(kernel)
    assert (mine, seen) == ([], [Address("/a")])


def test_the_title_is_one_line_of_some_length(kernel: VirtualKernel, page: FakePage) -> None:
    kernel.location.set_title("  Sales\n of\t2026 ")
    kernel.location.set_title("x" * 1000)
    assert told(page) == [["title", "Sales of 2026"], ["title", "x" * 500]]


def test_a_page_that_has_missed_some_learns_where_it_is(
    kernel: VirtualKernel, seen: list[Any]
) -> None:
    kernel.location.navigate("/a")
    kernel.location.set_title("A")
    page = FakePage(kernel, "late")
    assert not page.connect(seen=99)
    kernel.pages.synchronise(page.page)
    page.wait_until(lambda: len(told(page)) == 2)
    assert told(page) == [["location", "/a", "replace"], ["title", "A"]]
