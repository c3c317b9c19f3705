"""Comms that belong to one kernel, and comms that each kernel has its own of."""

from __future__ import annotations

import threading
import weakref
from typing import Any

import pytest
from comm import get_comm_manager

from sundog.errors import ForeignWidgetError
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.template_comm import TemplateComm
from tests.conftest import MakeKernel
from tests.kernels import FakePage


@pytest.fixture
def page(kernel: VirtualKernel) -> FakePage:
    page = FakePage(kernel)
    page.connect()
    return page


class TestBirth:
    def test_it_is_opened_in_its_kernel(self, kernel: VirtualKernel, page: FakePage) -> None:
        comm = KernelComm(kernel.comms, "target", data={"x": 1}, metadata={"m": 2})

        assert page.read() == [["open", comm.comm_id, "target", {"x": 1}, {"m": 2}]]
        assert kernel.comms.get_comm(comm.comm_id) is comm
        comm.close()
        assert page.read() == [["close", comm.comm_id, {}]]

    def test_a_comm_that_the_page_opened_is_not_opened_again(
        self, kernel: VirtualKernel, page: FakePage
    ) -> None:
        comm = KernelComm(kernel.comms, "target", comm_id="given", primary=False)

        assert page.read() == []
        assert comm.comm_id == "given"
        assert not comm.primary

    def test_one_that_cannot_be_encoded_is_not_known(self, kernel: VirtualKernel) -> None:
        with pytest.raises(TypeError):
            KernelComm(kernel.comms, "target", data={"x": object()})
        assert kernel.comms.comms == {}

    @pytest.mark.parametrize("development", [True, False])
    def test_in_development_it_knows_where(
        self, make_kernel: MakeKernel, development: bool
    ) -> None:
        comm = KernelComm(make_kernel(development=development).comms)
        assert (comm.made_at is not None) == development
        if development:
            assert comm.made_at is not None
            assert comm.made_at.startswith(__file__)

    def test_it_is_listed_exactly_if_it_was_published(self, kernel: VirtualKernel) -> None:
        """What a snapshot lists, the pages have been told of, and the other way round."""
        publish = kernel.comms.publish
        lookers: list[threading.Thread] = []

        def look(message: Any) -> None:
            lookers.append(threading.Thread(target=kernel.comms.open_comms))
            lookers[-1].start()
            lookers[-1].join(0.02)
            assert lookers[-1].is_alive(), "the comms could be listed in between"
            publish(message)

        kernel.comms.publish = look
        KernelComm(kernel.comms).close()
        for looker in lookers:
            looker.join()
        assert len(lookers) == 2


class TestUse:
    def test_messages_go_to_the_pages(self, kernel: VirtualKernel, page: FakePage) -> None:
        comm = KernelComm(kernel.comms, comm_id="c")
        page.read()

        comm.send({"a": 1})
        comm.send({"a": 2}, metadata={"m": 1})
        comm.send()
        comm.publish_msg("comm_msg", {"a": 3})
        comm.publish_msg("anything else", {"a": 4})

        assert page.read() == [
            ["msg", "c", {"a": 1}],
            ["msg", "c", {"a": 2}, {"metadata": {"m": 1}}],
            ["msg", "c", {}],
            ["msg", "c", {"a": 3}],
        ]

    def test_messages_of_the_page_go_to_who_listens(self, kernel: VirtualKernel) -> None:
        comm = KernelComm(kernel.comms)
        got: list[Any] = []
        comm.handle_msg({"nobody": "listens"})
        comm.on_msg(got.append)
        comm.handle_msg({"content": 1})
        assert got == [{"content": 1}]

    def test_an_echo_is_for_the_other_pages(self, kernel: VirtualKernel, page: FakePage) -> None:
        comm = KernelComm(kernel.comms, comm_id="c")
        page.read()
        echo = {"method": "echo_update", "state": {}}
        kernel.comms.parent = "page:3"
        comm.send(echo)
        assert page.read() == []

        other = FakePage(kernel, "other")
        other.connect()
        comm.send(echo)

        assert page.read() == [["msg", "c", echo, {"parent": "page:3"}]]

    def test_the_topic_is_what_jupyter_has(self, kernel: VirtualKernel) -> None:
        assert KernelComm(kernel.comms, comm_id="c").topic == b"comm-c"

    def test_it_can_be_described_to_a_later_page(self, kernel: VirtualKernel) -> None:
        comm = KernelComm(kernel.comms, "target", data={"x": 1}, comm_id="c")
        assert comm.describe().text == b'["open","c","target",{"x":1},{}]'


class TestClosing:
    def test_both_sides_are_closed_once(self, kernel: VirtualKernel, page: FakePage) -> None:
        comm = KernelComm(kernel.comms, comm_id="c")
        page.read()
        comm.close({"bye": 1})
        comm.close()

        assert page.read() == [["close", "c", {"bye": 1}]]
        assert kernel.comms.comms == {}

    def test_it_may_be_closed_while_another_kernel_runs(
        self, kernel: VirtualKernel, make_kernel: MakeKernel, page: FakePage
    ) -> None:
        comm = KernelComm(kernel.comms, comm_id="c")
        other = make_kernel()
        KernelComm(other.comms, comm_id="c")
        with other.entered():
            comm.close()

        assert kernel.comms.comms == {}
        assert list(other.comms.comms) == ["c"]
        assert page.read()[-1] == ["close", "c", {}]

    def test_its_finalizer_does_nothing(self, kernel: VirtualKernel, page: FakePage) -> None:
        """It may run in any thread, under any lock."""
        comm = KernelComm(kernel.comms, comm_id="c")
        kernel.comms.comms.clear()
        page.read()
        gone = weakref.ref(comm)
        with kernel.comms.lock, kernel.outbox._lock:
            del comm

        assert gone() is None
        assert page.read() == []

    def test_unregistering_is_harmless(
        self, kernel: VirtualKernel, make_kernel: MakeKernel
    ) -> None:
        comm = KernelComm(kernel.comms)
        with make_kernel().entered():
            kernel.comms.unregister_comm(comm)
        kernel.comms.unregister_comm(comm)
        assert kernel.comms.comms == {}


class TestForeignUse:
    @pytest.mark.parametrize("use", [lambda comm: comm.comm_id, lambda comm: comm.send({})])
    def test_it_is_an_error(
        self, kernel: VirtualKernel, make_kernel: MakeKernel, page: FakePage, use: Any
    ) -> None:
        comm = KernelComm(kernel.comms)
        page.read()
        with make_kernel().entered(), pytest.raises(ForeignWidgetError):
            use(comm)
        assert page.read() == []

    def test_in_development_it_names_where_the_comm_was_made(self, make_kernel: MakeKernel) -> None:
        comm = KernelComm(make_kernel(development=True).comms)
        other = make_kernel(development=True)
        with other.entered(), pytest.raises(ForeignWidgetError) as raised:
            comm.send({})

        assert str(comm.made_at) in str(raised.value)
        assert comm.kernel.log_id in str(raised.value)
        assert other.log_id in str(raised.value)

    def test_outside_of_kernels_and_in_its_own_all_is_well(self, kernel: VirtualKernel) -> None:
        comm = KernelComm(kernel.comms)
        comm.send({})
        with kernel.entered():
            comm.send({})


class TestTemplate:
    def test_outside_of_kernels_nothing_is_sent(self) -> None:
        comm = TemplateComm(target_name="target", data={"x": 1})
        comm.send({"a": 1})
        assert comm.for_kernel(None) is None

    def test_each_kernel_has_its_own(self, make_kernel: MakeKernel) -> None:
        comm = TemplateComm(target_name="target", data={"x": 1}, comm_id="template")
        got: list[Any] = []
        comm.on_msg(got.append)
        pages = []
        for number in range(2):
            page = FakePage(make_kernel(), f"page-{number}")
            page.connect()
            pages.append(page)
            with page.kernel.entered():
                comm.send({"kernel": number})
                comm.send({"again": number})

        ids = set()
        for number, page in enumerate(pages):
            opened, *sent = page.read()
            ids.add(opened[1])
            assert opened == ["open", opened[1], "target", {"x": 1}, {}]
            assert sent == [
                ["msg", opened[1], {"kernel": number}],
                ["msg", opened[1], {"again": number}],
            ]
            page.kernel.comms.comms[opened[1]].handle_msg({"from": number})
        assert len(ids) == 2
        assert got == [{"from": 0}, {"from": 1}]

    def test_closing_it_closes_the_running_kernels(
        self, kernel: VirtualKernel, make_kernel: MakeKernel, page: FakePage
    ) -> None:
        comm = TemplateComm(target_name="target", comm_id="template")
        other = make_kernel()
        with kernel.entered():
            comm.send({})
            comm.close()
            comm.close()
        with other.entered():
            comm.close()
            assert other.comms.comms == {}
            comm.send({})
        assert [message[0] for message in page.read()] == ["open", "msg", "close"]
        assert len(other.comms.comms) == 1

        assert "template" in get_comm_manager().comms
        comm.close()
        assert "template" not in get_comm_manager().comms

    def test_its_finalizer_does_nothing(self, kernel: VirtualKernel, page: FakePage) -> None:
        comm = TemplateComm(target_name="target")
        with kernel.entered():
            comm.__del__()

        assert page.read() == []


def test_targets_of_imports_are_everybodys_and_those_of_an_app_its_own(
    make_kernel: MakeKernel,
) -> None:
    shared: dict[str, Any] = {"imported": print}
    one, other = (make_kernel(shared_targets=shared) for _ in range(2))
    one.comms.register_target("own", repr)

    assert one.comms.targets["imported"] is print
    assert one.comms.targets["own"] is repr
    assert "own" not in other.comms.targets
    assert "own" not in shared
