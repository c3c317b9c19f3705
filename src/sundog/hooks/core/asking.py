"""``input()`` and ``getpass()`` ask in the page; ``sys.stdin`` is empty in a kernel.

Upstream reason: a process has one standard input, and a server's belongs to no user. A thread that
reads it waits without end, and `site`'s ``exit`` closes it for all kernels.

As in Jupyter, the question appears in the code's output, with a field for the answer
(``docs/protocol.md``, *Questions*). The thread that asks waits; other kernels continue.
"""

from __future__ import annotations

import builtins
import getpass
import io
import sys
from collections.abc import Callable
from typing import Any, Final, TextIO

from sundog.errors import NoInputError
from sundog.hooks.core.replaced import Replaced
from sundog.kernel import VirtualKernel, current_kernel
from sundog.output import QUESTION, route

MAX_PROMPT: Final = 10_000
# Modules that read commands with `input`. Anyone who answers could run any code on the server.
CONSOLES: Final = ("cmd", "code", "pdb", "bdb", "_pyrepl.simple_interact")

_AT_START: Final = (
    "{name}() asks the user of a page. This is the run at the server's start, which has no page: "
    "pages ask when they run the app."
)


def ask(kernel: VirtualKernel, prompt: str, *, name: str, password: bool) -> str:
    """Ask in the pages of a kernel, where the running code's output goes; return the answer.

    Args:
        kernel: The running kernel.
        prompt: What to ask.
        name: The function that asks, for errors.
        password: Whether the field hides what is typed, and the page does not show it later.

    Raises:
        NoInputError: There is no page that can answer, or it was closed.
    """
    if kernel.is_dry_run:
        raise NoInputError(_AT_START.format(name=name))
    # A prewarmed kernel is given up here, because it has no page yet.
    kernel.identity.get()
    question = kernel.output.questions.ask()
    prompt = prompt[:MAX_PROMPT]
    shown_as = f"sundog-question-{question.number}"
    content = {"number": question.number, "prompt": prompt, "password": password}
    item = {
        "output_type": "display_data",
        "data": {QUESTION: content, "text/plain": prompt},
        "metadata": {},
        "transient": {"display_id": shown_as},
    }
    route(item)
    kernel.output.flush()
    answer = question.wait()
    shown = f"{prompt}{'········' if password else answer}"
    kernel.output.update_display(
        {**item, "output_type": "update_display_data", "data": {"text/plain": shown}}
    )
    return answer


class StdinRouter(io.TextIOBase):
    """Replaces ``sys.stdin``: the process's own outside of kernels, and empty in a kernel."""

    def __init__(self, original: TextIO) -> None:
        self._original = original

    def _source(self) -> Any:
        return self._original if current_kernel() is None else io.StringIO()

    def read(self, size: int | None = -1, /) -> str:
        """Read from the process's standard input, or nothing in a kernel."""
        text: str = self._source().read(size)
        return text

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """Read one line of the process's standard input, or nothing in a kernel."""
        line: str = self._source().readline(size)
        return line

    def isatty(self) -> bool:
        """Return whether it is a terminal, which it never is in a kernel."""
        return current_kernel() is None and self._original.isatty()

    def fileno(self) -> int:
        """Return the original stream's descriptor."""
        return self._original.fileno()

    def readable(self) -> bool:
        """Return whether it can be read from: always."""
        return True

    def close(self) -> None:
        """Close the original stream. Do nothing in a kernel, because all kernels share it."""
        if current_kernel() is None:
            self._original.close()

    @property
    def closed(self) -> bool:
        """Whether the original stream is closed."""
        return bool(self._original.closed)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The original stream's encoding."""
        return self._original.encoding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def install() -> Callable[[], None]:
    """Replace `input`, `getpass.getpass` and ``sys.stdin``; return what restores them."""
    replaced = Replaced()
    replaced.set(builtins, "input", _input(builtins.input))
    replaced.set(getpass, "getpass", _getpass(getpass.getpass))
    # The command has imported it, and with it the built-in function.
    click_termui = sys.modules.get("click.termui")
    if click_termui is not None:
        replaced.set(click_termui, "visible_prompt_func", builtins.input)
    if sys.stdin is not None:
        replaced.callback(_put_back_stdin, sys.stdin)
        sys.stdin = StdinRouter(sys.stdin)
    return replaced.close


def _put_back_stdin(original: TextIO) -> None:
    # Others, such as pytest, replace it too.
    if isinstance(sys.stdin, StdinRouter):
        sys.stdin = original


def _input(original: Callable[..., str]) -> Callable[..., str]:
    # Named and described as the original, for `help` and tracebacks.
    def input(prompt: object = "", /) -> str:
        kernel = current_kernel()
        if kernel is None:
            return original(prompt)
        if sys._getframe(1).f_globals.get("__name__") in CONSOLES:
            raise NoInputError("A debugger or console can't read its commands from a page.")
        return ask(kernel, str(prompt), name="input", password=False)

    input.__doc__ = original.__doc__
    return input


def _getpass(original: Callable[..., str]) -> Callable[..., str]:
    def getpass(prompt: str = "Password: ", *arguments: Any, **keywords: Any) -> str:
        kernel = current_kernel()
        if kernel is None:
            return original(prompt, *arguments, **keywords)
        return ask(kernel, str(prompt), name="getpass", password=True)

    getpass.__doc__ = original.__doc__
    return getpass
