"""The full state of a kernel, for pages that have missed too much to resume.

It contains the comms that a page needs: those that its content names, those that these name, and so
on. An app that creates widgets all the time keeps thousands that no page shows. A comm that was
left out is opened in the pages before the first message that names it.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from comm.base_comm import BaseComm

from sundog.kernel.comm import KernelComm, KernelCommManager
from sundog.kernel.messages.left_out import ID_LENGTH, named_ids
from sundog.kernel.messages.outbox import Outbox
from sundog.output import OutputBarrier
from sundog.protocol import Outgoing

if TYPE_CHECKING:
    from sundog.kernel.page import Page

MOST_TRIES: Final = 10
_REFERENCE: Final = b"IPY_MODEL_"


class Need(enum.Enum):
    """When a page needs a comm."""

    ALWAYS = enum.auto()
    IF_REFERENCED = enum.auto()
    """If the page shows it, or something that the page needs names it."""
    IF_REFERRING = enum.auto()
    """If it names something that the page needs, or nothing at all, as links do."""


DescribeComm = Callable[[KernelComm], Outgoing]
NeedForComm = Callable[[KernelComm], Need]


def always_needed(comm: KernelComm) -> Need:
    """Return that pages always need a comm."""
    return Need.ALWAYS


class FullState:
    """Takes the state of a kernel and sends it to pages, and opens what it has left out.

    States are taken on the kernel's logical thread. Any thread may open what they left out.
    `describe` creates the message that opens a comm in its current state.
    """

    def __init__(
        self,
        comms: KernelCommManager,
        outbox: Outbox,
        output_barrier: OutputBarrier,
        *,
        describe: DescribeComm,
        describe_page: Callable[[], list[Outgoing]],
        report_error: Callable[[BaseException, str], object],
        need_for: NeedForComm = always_needed,
    ) -> None:
        """Create the object for a kernel.

        Args:
            comms: The kernel's comms.
            outbox: Sends the state to pages that wait for it.
            output_barrier: Stops output of other threads while the state is taken.
            describe: Creates the message that opens a comm in its current state.
            describe_page: Creates the messages with the page's content and location.
            report_error: Called with the error of a comm whose state can't be read.
            need_for: Returns when pages need a comm.
        """
        self._comms = comms
        self._outbox = outbox
        self._output_barrier = output_barrier
        self.describe = describe
        self._describe_page = describe_page
        self._report_error = report_error
        self._need_for = need_for
        self._suffix = comms.id_suffix.encode()
        # Comms that a page asked for by their ids.
        self._kept: set[str] = set()
        # What the last state that was taken has left out.
        self._left_out: list[str] = []
        # Whether the thread is opening comms, in which code of the app runs.
        self._opening = threading.local()

    def give(self, page: Page) -> None:
        """Send a page the current state, if it waits for one."""
        if self._try_to_give(page, exact=True):
            return
        # Another thread shows output at the same time.
        with self._output_barrier.kept():
            for attempt in range(2, MOST_TRIES + 1):
                # If traits change without pause, a repeated update is better than no state.
                if self._try_to_give(page, exact=attempt < MOST_TRIES):
                    return

    def take(self) -> list[Outgoing]:
        """Return the messages that bring an empty page to the current state."""
        comms = self._open_comms()
        needed, referring = set(self._kept), []
        for comm_id, comm in comms.items():
            need = self._need_for(comm) if self._is_traceable(comm_id) else Need.ALWAYS
            if need is Need.ALWAYS:
                needed.add(comm_id)
            elif need is Need.IF_REFERRING:
                referring.append(comm_id)
        page = self._describe_page()
        for message in page:
            needed.update(named_ids(message, self._suffix))
        described = self._describe_needed(comms, needed, referring)
        self._left_out = [comm_id for comm_id in comms if comm_id not in described]
        return _in_order(comms, described) + page

    def take_all(self) -> list[Outgoing]:
        """Return the same for all comms that are open."""
        comms = self._open_comms()
        self._left_out = []
        return _in_order(comms, self._describe_needed(comms, comms, ())) + self._describe_page()

    def _try_to_give(self, page: Page, *, exact: bool) -> bool:
        outbox, reader = self._outbox, page.reader
        if not outbox.awaits_state(reader):
            # The page is closed, or an earlier request of it was answered.
            return True
        after = outbox.last
        state = self.take() if exact else self.take_all()
        return outbox.give_state(reader, state, after, exact=exact, left_out=self._left_out)

    # What was left out -------------------------------------------------------------------------

    def keep(self, comm_id: str) -> None:
        """Include an open comm in every state from now on, and open it if it was left out."""
        if comm_id in self._comms.comms:
            self._kept.add(comm_id)
            self.open(comm_id)

    def open(self, comm_id: str) -> None:
        """Open a comm in the pages if a state has left it out. Called without locks."""
        if self._outbox.is_left_out(comm_id) and not self._is_opening:
            self._open({comm_id})

    def prepare(self, message: Outgoing) -> None:
        """Open what a message names and a state has left out. Called without locks."""
        named = self._outbox.left_out_in(message)
        if named and not self._is_opening:
            self._open(named)

    def open_named(self, message: Outgoing) -> None:
        """Publish a message after opening what it names and a state has left out."""
        if self._is_opening:
            # A widget sends something while it is described. It is opened after that.
            self._outbox.publish(message, force=True)
            return
        while True:
            named = self._outbox.left_out_in(message)
            self._open(named)
            if any(_is_text_for(message, area) for area in named):
                # The state of an output area contains the text already.
                return
            if self._outbox.publish(message):
                return

    def _open(self, named: Iterable[str]) -> None:
        self._opening.here = True
        try:
            named = set(named)
            while named:
                comms = self._open_comms()
                left_out = {key: comm for key, comm in comms.items() if self._is_left_out(key)}
                referring = [
                    key
                    for key, comm in left_out.items()
                    if self._need_for(comm) is Need.IF_REFERRING
                ]
                described = self._describe_needed(left_out, named, referring)
                opening: dict[str, Outgoing | None] = {
                    key: described[key] for key in left_out if key in described
                }
                # Those that are gone.
                opening.update({key: None for key in named if key not in opening})
                if self._outbox.open_left_out(opening):
                    return
        finally:
            self._opening.here = False

    @property
    def _is_opening(self) -> bool:
        return getattr(self._opening, "here", False)

    def _is_left_out(self, comm_id: str) -> bool:
        return self._outbox.is_left_out(comm_id)

    # Both --------------------------------------------------------------------------------------

    def _open_comms(self) -> dict[str, KernelComm]:
        comms: list[BaseComm] = self._comms.open_comms()
        return {comm._comm_id: comm for comm in comms if isinstance(comm, KernelComm)}

    def _is_traceable(self, comm_id: str) -> bool:
        """Return whether the id can be found in messages that name it."""
        return len(comm_id) == ID_LENGTH and comm_id.endswith(self._comms.id_suffix)

    def _describe_needed(
        self, comms: Mapping[str, KernelComm], needed: Iterable[str], referring: Iterable[str]
    ) -> dict[str, Outgoing | None]:
        """Describe comms and, of the others, those that they name. Not in order.

        Of `referring`, those are described too that name one of them, or one not among `comms`.
        """
        described: dict[str, Outgoing | None] = {}
        todo = list(needed)
        links = {comm_id: self._describe_one(comms[comm_id]) for comm_id in referring}
        while True:
            while todo:
                comm_id = todo.pop()
                if comm_id in described or comm_id not in comms:
                    continue
                message = links[comm_id] if comm_id in links else self._describe_one(comms[comm_id])
                described[comm_id] = message
                if message is not None:
                    todo.extend(named_ids(message, self._suffix))
            todo = [
                comm_id
                for comm_id, message in links.items()
                if comm_id not in described
                and message is not None
                and self._refers(comm_id, message, described, comms)
            ]
            if not todo:
                return described

    def _refers(
        self,
        comm_id: str,
        message: Outgoing,
        described: Mapping[str, object],
        comms: Mapping[str, object],
    ) -> bool:
        named = [each for each in named_ids(message, self._suffix) if each != comm_id]
        if not named or message.text.count(_REFERENCE) > len(named):
            return True
        return any(each in described or each not in comms for each in named)

    def _describe_one(self, comm: KernelComm) -> Outgoing | None:
        try:
            return self.describe(comm)
        except Exception as error:  # noqa: BLE001 - one broken widget must not hide the rest
            self._report_error(error, "the state of a widget")
            return None


def _in_order(comms: Iterable[str], described: Mapping[str, Outgoing | None]) -> list[Outgoing]:
    """Return the messages in the order in which the comms were created."""
    messages = (described.get(comm_id) for comm_id in comms)
    return [message for message in messages if message is not None]


def _is_text_for(message: Outgoing, area_id: str) -> bool:
    start = b'["output","%s",{"output_type":"stream"' % area_id.encode()
    return message.text.startswith(start)
