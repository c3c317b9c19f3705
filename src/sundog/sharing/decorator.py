"""The decorator `shared`."""

from __future__ import annotations

import functools
import inspect
import logging
import sys
import threading
from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast, overload

from sundog.durations import seconds
from sundog.kernel import current_kernel
from sundog.scope import current_scope, scoped
from sundog.sharing.identity import arguments_key
from sundog.sharing.mismatch import foreign_class
from sundog.sharing.results import ABANDONED, Entry, Store, settled

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


_MAX_CHECKED: Final = 1000

# Global, because apps decorate functions at import, before any server object exists.
_store = Store()


class Shared(Generic[P, T]):
    """A function whose results are shared by all kernels of the process."""

    def __init__(
        self,
        function: Callable[P, T],
        expires: float | None,
        max_size: int | None,
        store: Store,
    ) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self.expires = expires
        self._max_size = max_size
        self._store = store
        self._results = store.results_of(function)
        self._signature = inspect.signature(function)
        # The keys of results whose classes have been checked.
        self._checked: set[Hashable] = set()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the shared result for the arguments; the first caller computes it."""
        key = arguments_key(self._signature, self._name, args, kwargs)
        function = self._results.function
        if inspect.iscoroutinefunction(function):
            return cast(T, self._call_async(function, key, args, kwargs))
        while True:
            entry, is_mine = self._entry(key)
            if is_mine:
                return cast(T, self._compute(entry, key, function, args, kwargs))
            if entry.owner == threading.get_ident() and not entry.future.done():
                raise RuntimeError(
                    f"{self._name} calls itself with the same arguments and would wait for itself. "
                    "Call a function that is not shared instead."
                )
            result = entry.future.result()
            if result is not ABANDONED:
                self._check_classes(key, result)
                return cast(T, result)

    def clear(self) -> None:
        """Drop all results. The next caller computes again."""
        with self._results.lock:
            self._results.entries.clear()

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Return the function of an instance, as for any method."""
        return self if instance is None else functools.partial(cast(Any, self), instance)

    def __repr__(self) -> str:
        return f"<shared {self._name}>"

    # Inside --------------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return f"{self._function.__qualname__}()"

    def _entry(self, key: Hashable) -> tuple[Entry, bool]:
        """Return the entry for a key, and whether the caller has to compute it."""
        results = self._results
        with results.lock:
            entry = results.entries.get(key)
            if entry is not None and not self._has_expired(entry):
                results.entries.move_to_end(key)
                return entry, False
            entry = results.entries[key] = Entry()
            results.entries.move_to_end(key)
            return entry, True

    def _has_expired(self, entry: Entry) -> bool:
        return (
            self.expires is not None
            and entry.future.done()
            and self._store.clock.now() - entry.computed_at >= self.expires
        )

    def _compute(
        self,
        entry: Entry,
        key: Hashable,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        try:
            # Outside of any kernel, so that the result can't depend on the first user.
            with scoped(None):
                result = function(*args, **kwargs)
            self._check(result)
        except BaseException as error:
            self._fail(entry, key, error)
            raise
        self._settle(entry, result)
        self._check_classes(key, result)
        return result

    async def _call_async(
        self,
        function: Callable[..., Any],
        key: Hashable,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        while True:
            entry, is_mine = self._entry(key)
            if not is_mine:
                result = await settled(entry.future)
                if result is not ABANDONED:
                    self._check_classes(key, result)
                    return result
                continue
            try:
                with scoped(None):
                    result = await function(*args, **kwargs)
                self._check(result)
            except BaseException as error:
                self._fail(entry, key, error)
                raise
            self._settle(entry, result)
            self._check_classes(key, result)
            return result

    def _settle(self, entry: Entry, result: Any) -> None:
        entry.computed_at = self._store.clock.now()
        entry.future.set_result(result)
        results = self._results
        if self._max_size is None:
            return
        with results.lock:
            done = [key for key, kept in results.entries.items() if kept.future.done()]
            for key in done[: max(0, len(done) - self._max_size)]:
                del results.entries[key]

    def _fail(self, entry: Entry, key: Hashable, error: BaseException) -> None:
        self._forget(entry, key)
        if isinstance(error, Exception):
            entry.future.set_exception(error)
        else:
            # The computing page has ended; one of the waiting callers takes over.
            entry.future.set_result(ABANDONED)

    def _forget(self, entry: Entry, key: Hashable) -> None:
        with self._results.lock:
            if self._results.entries.get(key) is entry:
                del self._results.entries[key]

    def _check_classes(self, key: Hashable, result: Any) -> None:
        """Report objects whose classes only have the same names as the caller's.

        Each result is checked once in every kernel. In development, pages show the report.
        """
        scope = current_scope()
        if scope is None or key in self._checked:
            return
        if len(self._checked) >= _MAX_CHECKED:
            self._checked.clear()
        self._checked.add(key)
        found = foreign_class(result, scope.namespace)
        if found is None:
            return
        name = found.__qualname__
        message = (
            f"{self._name} is shared by all pages, but its result contains a {name} of another run "
            f"of the app, for which isinstance and == fail. Move the class {name} into a module "
            "next to the app, and import it from there."
        )
        if scope.kernel.development:
            scope.kernel.report_error(TypeError(message), "a shared function")
        else:
            logger.error("[%s] %s", scope.kernel.log_id, message)

    def _check(self, result: Any) -> None:
        kernel = current_kernel()
        if kernel is None or not kernel.development:
            return
        widgets = sys.modules.get("ipywidgets")
        if widgets is not None and _holds(result, widgets.Widget, depth=2):
            raise TypeError(
                f"{self._name} is shared by all pages, but its result contains a widget. A widget "
                "belongs to one page: share the data, and create the widget in the app."
            )


def _holds(value: Any, kind: type, depth: int) -> bool:
    if isinstance(value, kind):
        return True
    if depth == 0:
        return False
    if isinstance(value, dict):
        return any(_holds(each, kind, depth - 1) for each in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(_holds(each, kind, depth - 1) for each in value)
    return False


@overload
def shared(function: Callable[P, T], /) -> Shared[P, T]: ...


@overload
def shared(
    *, expires: float | str | timedelta | None = None, max_size: int | None = None
) -> Callable[[Callable[P, T]], Shared[P, T]]: ...


def shared(
    function: Callable[P, T] | None = None,
    /,
    *,
    expires: float | str | timedelta | None = None,
    max_size: int | None = None,
) -> Shared[P, T] | Callable[[Callable[P, T]], Shared[P, T]]:
    """Share a function's results among all users: each is computed once per process.

    There is one result for each combination of arguments, which must be hashable. While the first
    caller computes, other callers with the same arguments wait. An error is raised for all of them
    and is not kept. Coroutine functions work too. All callers get the same object: don't change it.

    The function runs outside of any kernel, so it can't use widgets or the identity of a page.

    Example::

        @sundog.shared(expires="10m")
        def load_table(year: int) -> pandas.DataFrame:
            return pandas.read_parquet(f"sales-{year}.parquet")

    Args:
        function: The function, if the decorator is used without parentheses.
        expires: How long a result is kept: seconds, a string such as ``"10m"``, or a `timedelta`.
            By default, without a limit.
        max_size: How many results are kept. The least recently used are dropped first. By default,
            there is no limit.

    Returns:
        The shared function. Its method ``clear()`` drops all results.

    Raises:
        ValueError: `expires` is not a positive duration, or `max_size` is less than 1.
        TypeError: The function depends on variables of a function around it.
    """
    if max_size is not None and max_size < 1:
        raise ValueError("max_size must be at least 1")
    duration = None if expires is None else seconds(expires)

    def decorate(function: Callable[P, T]) -> Shared[P, T]:
        return Shared(function, duration, max_size, _store)

    return decorate if function is None else decorate(function)
