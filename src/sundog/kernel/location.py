"""Where a kernel's pages are in the app, and what they are called."""

from __future__ import annotations

import contextlib
import functools
import re
import threading
from collections.abc import Callable
from dataclasses import replace as changed
from typing import Final, Literal
from urllib.parse import quote, urljoin

from sundog.errors import KernelClosedError
from sundog.kernel.values import Values, read_query
from sundog.protocol.address import Address
from sundog.protocol.codec import encode_message
from sundog.protocol.message import Outgoing
from sundog.scope import Scope, current_scope, scoped

MAX_TITLE_LENGTH: Final = 500
MAX_URL_LENGTH: Final = 8192

# How a page gets to an address: as a new entry of its history, in the place of the present one, as
# a new entry unless a widget has taken it there already, or by loading it anew, which ends this
# kernel's page.
How = Literal["push", "replace", "settle", "load"]
Observer = Callable[[Address], object]

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f\\]")
# What `quote` is to leave alone: an address may be percent-encoded already.
_RESERVED: Final = "%/?#[]@!$&'()*+,;=:~"
# Relative addresses are resolved as the standard says only where there is a host.
_BASE: Final = "http://sundog"


class Location:
    """The place of one kernel, which all its pages share as they share its widgets.

    It begins where the first page was opened. When the user follows a link inside the app, or goes
    back or forward, it changes, and the other pages of the kernel follow. Where nobody observes it,
    the app does not know of places: pages are then loaded anew, as on any web site.

    Thread-safe. Observers are called on the kernel's logical thread, after what runs there now, and
    once for several changes in a row.
    """

    def __init__(
        self,
        publish: Callable[[Outgoing], None],
        submit: Callable[[Callable[[], object]], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called, and may raise, where somebody asks for the place."""
        self._publish = publish
        self._submit = submit
        self._check = check
        # The lock guards what follows, and that pages are told of changes in their order.
        self._lock = threading.RLock()
        # Where the app is mounted: before all places that it sees.
        self._prefix = ""
        self._place = Address()
        self._told = self._place
        # Each with the scope that it is called in.
        self._observers: tuple[tuple[Observer, Scope | None], ...] = ()
        self._title = ""
        self._has_moved = False

    @property
    def place(self) -> Address:
        """All of it, at one moment."""
        self._check()
        return self._place

    @property
    def path(self) -> str:
        """The path below the app's root, with a slash at its beginning, percent-encoded."""
        return self.place.path

    @property
    def search(self) -> str:
        """The query with its ``?``, or nothing."""
        return self.place.search

    @property
    def hash(self) -> str:
        """The fragment with its ``#``, or nothing."""
        return self.place.hash

    @property
    def query(self) -> Values:
        """The query's values."""
        return read_query(self.place.search)

    def observe(self, callback: Observer) -> None:
        """Call back with the new place whenever it changes."""
        with self._lock:
            self._observers = (*self._observers, (callback, current_scope()))

    def unobserve(self, callback: Observer) -> None:
        """Undo one `observe`; nothing happens where there was none."""
        with self._lock:
            observers = list(self._observers)
            for observer in observers:
                if observer[0] == callback:
                    observers.remove(observer)
                    break
            self._observers = tuple(observers)

    def navigate(self, url: str, *, replace: bool = False) -> None:
        """Go to another place, or leave for another site.

        `url` is ``/path?query#fragment`` from the app's root, the same relative to the present
        place (``../other``, ``?page=2``, ``#top``), or the whole address of another site with
        ``http:`` or ``https:``. With `replace`, going back does not lead to the present place.
        Raises `ValueError` for anything else, and for more than 4,096 characters.
        """
        self._check()
        if _SCHEME.match(url):
            self._leave(url)
            return
        if url.startswith("//"):
            raise ValueError(f"{url!r}: write the address of another site with https: before it")
        with self._lock:
            joined = urljoin(_BASE + self._place.href, quote(url, safe=_RESERVED))
            place = Address.parse(joined.removeprefix(_BASE) or "/") if url else self._place
            self._move(place, "replace" if replace else "push")

    @property
    def title(self) -> str:
        """What the pages were last called; nothing as long as the app has not said."""
        return self._title

    def set_title(self, title: str) -> None:
        """Name the pages, in their tabs; blanks are made one, and 500 characters are enough."""
        with self._lock:
            self._title = " ".join(title.split())[:MAX_TITLE_LENGTH]
            self._publish(encode_message("title", self._title))

    @property
    def mounted(self) -> str:
        """The path that the app is under, where it is one of several; else nothing."""
        return self._prefix

    # For the kernel ----------------------------------------------------------------------------

    @property
    def whole(self) -> Address:
        """The kernel's place as pages see it, from the server's root."""
        place = self.place
        return changed(place, path=self._prefix + place.path)

    def begin(self, place: Address) -> None:
        """Note where the first page is, before the app runs."""
        with self._lock:
            self._place = self._told = place

    def mount(self, prefix: str) -> None:
        """Have the app see places below a prefix only. Called where the kernel's place is there."""
        with self._lock:
            present = self._place
            self._prefix = prefix
            inside = self._inside(present)
            assert inside is not None
            self._place = self._told = inside
            if present.path == prefix:
                # Links relative to the app's first page need the slash.
                self._has_moved = True
                self._publish(encode_message("location", prefix + inside.href, "replace"))

    def moved(self, place: Address) -> None:
        """Note that the user has taken a page somewhere else."""
        with self._lock:
            inside = self._inside(place)
            if inside is None:
                # Another app is there.
                self._publish(encode_message("location", place.href, "load"))
            else:
                # The page is there already; this is for the others.
                self._move(inside, "replace")

    def _inside(self, place: Address) -> Address | None:
        """Return a place as the app sees it, None where it is outside of what is mounted."""
        prefix = self._prefix
        if place.path != prefix and not place.path.startswith(prefix + "/"):
            return None
        return changed(place, path=place.path[len(prefix) :] or "/")

    def settle(self, place: Address, how: How = "settle") -> None:
        """Note where a widget of the app takes the pages by itself, and tell them to be there."""
        with self._lock:
            if (place.path, place.search) == (self._place.path, self._place.search):
                return
            self._place = self._told = place
            self._has_moved = True
            # What such widgets make of parts of a page is their own.
            here = changed(place, hash="")
            self._publish(encode_message("location", self._prefix + here.href, how))

    def describe(self) -> list[Outgoing]:
        """Return the messages that bring a page here which has missed some."""
        with self._lock:
            messages = []
            if self._has_moved:
                href = self._prefix + self._place.href
                messages.append(encode_message("location", href, "replace"))
            if self._title:
                messages.append(encode_message("title", self._title))
            return messages

    def forget_observers(self) -> None:
        """Let go of the app that observes, because it ends or another takes its place."""
        with self._lock:
            self._observers = ()

    def _move(self, place: Address, how: How) -> None:
        before, self._place = self._place, place
        self._has_moved = True
        same_document = (before.path, before.search) == (place.path, place.search)
        if not self._observers and not same_document:
            how = "load"
        self._publish(encode_message("location", self._prefix + place.href, how))
        if self._observers and place != before:
            with contextlib.suppress(KernelClosedError):
                self._submit(self._tell)

    def _leave(self, url: str) -> None:
        scheme, _, rest = url.partition(":")
        if scheme.lower() not in ("http", "https") or not rest.startswith("//"):
            raise ValueError(f"{url!r}: pages can go to http: and https: addresses only")
        if len(url) > MAX_URL_LENGTH or _UNPRINTABLE.search(url):
            raise ValueError(f"{url!r} is not an address that a page can go to")
        self._publish(encode_message("location", url, "load"))

    def _tell(self) -> None:
        """Call the observers, unless they know already."""
        with self._lock:
            place, observers = self._place, self._observers
            if place == self._told:
                return
            self._told = place
        for observer, scope in observers:
            # Each on its own, so that what one raises is reported and the others are called.
            self._submit(functools.partial(_call_in_scope, scope, observer, place))


def _call_in_scope(scope: Scope | None, observer: Observer, place: Address) -> None:
    with scoped(current_scope() if scope is None else scope.home):
        observer(place)
