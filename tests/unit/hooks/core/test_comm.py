"""Comms go to the running kernel."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import comm
import ipywidgets.comm
import pytest
from comm.base_comm import BaseComm

from sundog.hooks.core.comm import CommHook
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.template_comm import TemplateComm
from tests.conftest import MakeKernel


@pytest.fixture
def kernel(make_kernel: MakeKernel) -> VirtualKernel:
    return make_kernel()


@pytest.fixture
def hook() -> Iterator[CommHook]:
    hook = CommHook()
    uninstall = hook.install()
    yield hook
    uninstall()


def test_a_comm_belongs_to_the_kernel_that_runs_at_its_birth(
    hook: CommHook, make_kernel: MakeKernel
) -> None:
    one, other = make_kernel(), make_kernel()
    with one.entered():
        made = comm.create_comm(target_name="target", data={"x": 1})
        assert comm.get_comm_manager() is one.comms
    assert isinstance(made, KernelComm)
    assert made.kernel is one
    assert list(one.comms.comms.values()) == [made]
    assert other.comms.comms == {}


def test_outside_of_kernels_it_is_a_template(hook: CommHook) -> None:
    made = comm.create_comm(target_name="target")
    assert isinstance(made, TemplateComm)
    assert comm.get_comm_manager() is hook.shared


def test_positional_arguments_are_those_of_the_package(
    hook: CommHook, make_kernel: MakeKernel
) -> None:
    with make_kernel().entered():
        made = comm.create_comm("target", {"x": 1}, None, None, "given")
    assert made.comm_id == "given"
    names = list(inspect.signature(BaseComm.__init__).parameters)[1:6]
    assert names == ["target_name", "data", "metadata", "buffers", "comm_id"]


def test_a_target_of_an_import_serves_every_kernel(hook: CommHook, make_kernel: MakeKernel) -> None:
    comm.get_comm_manager().register_target("imported", print)
    kernel = make_kernel(shared_targets=hook.shared_targets)
    with kernel.entered():
        comm.get_comm_manager().register_target("own", repr)
    assert kernel.comms.targets["imported"] is print
    assert "own" not in hook.shared_targets


def test_the_replacement_points_are_those_that_the_package_documents() -> None:
    assert callable(comm.create_comm)
    assert callable(comm.get_comm_manager)


def test_ipywidgets_asks_the_package_each_time(hook: CommHook, kernel: VirtualKernel) -> None:
    with kernel.entered():
        assert isinstance(ipywidgets.comm.create_comm(target_name="target"), KernelComm)
        assert ipywidgets.comm.get_comm_manager() is kernel.comms


def test_uninstall_puts_the_former_ones_back() -> None:
    former: tuple[Callable[..., object], ...] = comm.create_comm, comm.get_comm_manager
    uninstall = CommHook().install()
    assert comm.create_comm is not former[0]
    uninstall()
    assert (comm.create_comm, comm.get_comm_manager) == former
