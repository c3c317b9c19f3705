"""The address and title of a kernel's pages."""

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
from sundog.protocol import Address, Outgoing, encode_message
from sundog.scope import Scope, current_scope, scoped

MAX_TITLE_LENGTH: Final = 500
MAX_URL_LENGTH: Final = 8192

# How a page moves to an address: with a new history entry, by replacing the current entry, with a
# new entry unless a widget has created one already, or with a reload, which ends the kernel's page.
How = Literal["push", "replace", "settle", "load"]
Observer = Callable[[Address], object]

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f\\]")
# What `quote` is to leave alone: an address may be percent-encoded already.
_RESERVED: Final = "%/?#[]@!$&'()*+,;=:~"
# Relative addresses are resolved by the standard's rules only if there is a host.
_BASE: Final = "http://sundog"


class Location:
    """The current address of a kernel, which all its pages share.

    It starts at the address of the first page. When the user follows a link inside the app, or goes
    back or forward, it changes, and the kernel's other pages follow. Unless the app observes the
    location, pages are reloaded instead, as on any website.

    Thread-safe. Observers are called on the kernel's logical thread, after the code that runs there
    now, and once for several changes in a row.
    """

    def __init__(
        self,
        publish: Callable[[Outgoing], None],
        submit: Callable[[Callable[[], object]], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called before every access, and may raise."""
        self._publish = publish
        self._submit = submit
        self._check = check
        # The lock guards the attributes below, and the order of messages to pages.
        self._lock = threading.RLock()
        # The path that the app is mounted at.
        self._prefix = ""
        self._place = Address()
        self._told = self._place
        # Each with the scope to call it in.
        self._observers: tuple[tuple[Observer, Scope | None], ...] = ()
        self._title = ""
        self._has_moved = False
        self._loads_pages = False

    @property
    def place(self) -> Address:
        """The complete current address."""
        self._check()
        return self._place

    @property
    def path(self) -> str:
        """The path below the app's root, percent-encoded, starting with a slash."""
        return self.place.path

    @property
    def search(self) -> str:
        """The query with its ``?``, or an empty string."""
        return self.place.search

    @property
    def hash(self) -> str:
        """The fragment with its ``#``, or an empty string."""
        return self.place.hash

    @property
    def query(self) -> Values:
        """The query's values."""
        return read_query(self.place.search)

    def observe(self, callback: Observer) -> None:
        """Call a function with the new `Address` whenever it changes.

        Args:
            callback: A function with one argument.
        """
        with self._lock:
            self._observers = (*self._observers, (callback, current_scope()))

    def unobserve(self, callback: Observer) -> None:
        """Remove a callback added with `observe`, if there is one."""
        with self._lock:
            observers = list(self._observers)
            for observer in observers:
                if observer[0] == callback:
                    observers.remove(observer)
                    break
            self._observers = tuple(observers)

    def navigate(self, url: str, *, replace: bool = False) -> None:
        """Move to another address of the app, or to another site.

        Args:
            url: ``/path?query#fragment`` below the app's root, an address relative to the current
                one (``../other``, ``?page=2``, ``#top``), or the full ``http:`` or ``https:`` URL
                of another site.
            replace: Replace the current entry in the browser's history instead of adding one.

        Raises:
            ValueError: The URL is not such an address, or has more than 4,096 characters.
        """
        self._check()
        if _SCHEME.match(url):
            self._leave(url)
            return
        if url.startswith("//"):
            raise ValueError(f"{url!r}: start the address of another site with https:")
        with self._lock:
            joined = urljoin(_BASE + self._place.href, quote(url, safe=_RESERVED))
            place = Address.parse(joined.removeprefix(_BASE) or "/") if url else self._place
            self._move(place, "replace" if replace else "push")

    @property
    def title(self) -> str:
        """The title that the app has set, or an empty string."""
        return self._title

    def set_title(self, title: str) -> None:
        """Set the title of the browser tabs. Whitespace is collapsed; 500 characters are kept."""
        with self._lock:
            self._title = " ".join(title.split())[:MAX_TITLE_LENGTH]
            self._publish(encode_message("title", self._title))

    @property
    def mounted(self) -> str:
        """The path that the app is mounted at, or an empty string if it is the only app."""
        return self._prefix

    # For the kernel ----------------------------------------------------------------------------

    @property
    def whole(self) -> Address:
        """The kernel's address below the server's root, as pages see it."""
        place = self.place
        return changed(place, path=self._prefix + place.path)

    def begin(self, place: Address) -> None:
        """Set the first page's address, before the app runs."""
        with self._lock:
            self._place = self._told = place

    def mount(self, prefix: str) -> None:
        """Mount the app at a prefix, below which the kernel's address is now."""
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

    def load_pages(self, loads: bool) -> None:
        """Have pages load the addresses that the user follows, instead of moving there.

        Needed while code runs that may never end, because the kernel handles nothing meanwhile.
        """
        with self._lock:
            self._loads_pages = loads

    @property
    def loads_pages(self) -> bool:
        """Whether pages load addresses, because code runs that may never end."""
        return self._loads_pages

    def left(self, place: Address) -> bool:
        """Have a page load the address that the user has taken it to, if `load_pages` says so.

        Returns whether the page does.
        """
        with self._lock:
            if self._loads_pages:
                self._publish(encode_message("location", place.href, "load"))
            return self._loads_pages

    def moved(self, place: Address) -> None:
        """Handle that the user has moved a page to another address."""
        with self._lock:
            inside = self._inside(place)
            if inside is None:
                # The address belongs to another app.
                self._publish(encode_message("location", place.href, "load"))
            else:
                # The page has already moved; this is for the other pages.
                self._move(inside, "replace")

    def _inside(self, place: Address) -> Address | None:
        """Return an address as the app sees it, or None if it is outside of the app."""
        prefix = self._prefix
        if place.path != prefix and not place.path.startswith(prefix + "/"):
            return None
        return changed(place, path=place.path[len(prefix) :] or "/")

    def settle(self, place: Address, how: How = "settle") -> None:
        """Handle that a widget of the app has moved the pages, and send them the address."""
        with self._lock:
            if (place.path, place.search) == (self._place.path, self._place.search):
                return
            self._place = self._told = place
            self._has_moved = True
            # Such widgets handle fragments themselves.
            here = changed(place, hash="")
            self._publish(encode_message("location", self._prefix + here.href, how))

    def describe(self) -> list[Outgoing]:
        """Return messages with the current address and title, for a page that has missed some."""
        with self._lock:
            messages = []
            if self._has_moved:
                href = self._prefix + self._place.href
                messages.append(encode_message("location", href, "replace"))
            if self._title:
                messages.append(encode_message("title", self._title))
            return messages

    def forget_observers(self) -> None:
        """Remove all observers, because the app ends or is replaced."""
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
            raise ValueError(f"{url!r}: pages can only go to http: and https: addresses")
        if len(url) > MAX_URL_LENGTH or _UNPRINTABLE.search(url):
            raise ValueError(f"{url!r} is not an address that a page can go to")
        self._publish(encode_message("location", url, "load"))

    def _tell(self) -> None:
        """Call the observers if the address has changed since the last call."""
        with self._lock:
            place, observers = self._place, self._observers
            if place == self._told:
                return
            self._told = place
        for observer, scope in observers:
            # Separately, so that an error in one is reported and the others are still called.
            self._submit(functools.partial(_call_in_scope, scope, observer, place))


def _call_in_scope(scope: Scope | None, observer: Observer, place: Address) -> None:
    with scoped(current_scope() if scope is None else scope.home):
        observer(place)
