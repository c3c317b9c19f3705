"""Questions to the user of a page, for which a thread of the kernel waits."""

from __future__ import annotations

import itertools
import threading
from typing import Final

from sundog.errors import NoInputError

# How many threads of a kernel may wait at once.
MAX_WAITING: Final = 100

_CLOSED: Final = "The page was closed, so no one can answer input() any more."


class Question:
    """A question. `wait` returns its answer."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._settled = threading.Event()
        self._answer: str | None = None

    def settle(self, answer: str | None) -> None:
        """End the wait with an answer, or with an error if it is None."""
        self._answer = answer
        self._settled.set()

    def wait(self) -> str:
        """Return the answer when a page has given it.

        Raises:
            NoInputError: The kernel has ended.
        """
        self._settled.wait()
        if self._answer is None:
            raise NoInputError(_CLOSED)
        return self._answer


class Questions:
    """The unanswered questions of one kernel. Thread-safe."""

    def __init__(self) -> None:
        # The lock guards the attributes below. It is re-entrant because a finalizer may ask under
        # it.
        self._lock = threading.RLock()
        self._waiting: dict[int, Question] = {}
        self._numbers = itertools.count(1)
        self._refusal: str | None = None

    @property
    def closed(self) -> bool:
        """Whether the pages that could answer are closed."""
        return self._refusal == _CLOSED

    def ask(self) -> Question:
        """Return a new question, to show and wait for.

        Raises:
            NoInputError: No page can answer, or too many questions wait already.
        """
        with self._lock:
            if self._refusal is not None:
                raise NoInputError(self._refusal)
            if len(self._waiting) >= MAX_WAITING:
                raise NoInputError(f"{MAX_WAITING} threads of this app wait for input() already.")
            question = Question(next(self._numbers))
            self._waiting[question.number] = question
            return question

    def answer(self, number: int, text: str) -> None:
        """Accept a page's answer. Further answers and unknown numbers are ignored."""
        with self._lock:
            question = self._waiting.pop(number, None)
        if question is not None:
            question.settle(text)

    def close(self) -> None:
        """End all waits with an error, because the pages are closed."""
        self.refuse(_CLOSED)

    def refuse(self, why: str) -> None:
        """End all waits with an error, and refuse further questions."""
        with self._lock:
            self._refusal = why
            waiting = list(self._waiting.values())
            self._waiting.clear()
        for question in waiting:
            question.settle(None)
