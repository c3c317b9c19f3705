"""``input()`` and ``getpass()`` in kernels."""

from __future__ import annotations

import bdb
import getpass
import pdb
import sys
import threading
from typing import Any

import click
import pytest
from ipywidgets import Output

from sundog.errors import NoInputError
from sundog.kernel.kernel import VirtualKernel
from sundog.output import QUESTION
from tests.apps import Apps
from tests.kernels import FakePage, close, is_closed, run_in, start_in
from tests.patience import PATIENCE


@pytest.fixture
def kernel(apps: Apps) -> VirtualKernel:
    return apps.kernel()


def questions(page: FakePage, area: str = "") -> list[dict[str, Any]]:
    page.read()
    items = [m[2] for m in page.messages if m[0] == "output" and m[1] == area]
    return [item["data"][QUESTION] for item in items if QUESTION in item.get("data", ())]


def shown(kernel: VirtualKernel) -> list[dict[str, Any]]:
    return [item["data"] for item in kernel.page_area.items]


def connected(kernel: VirtualKernel, name: str = "page") -> FakePage:
    page = FakePage(kernel, name)
    page.connect()
    return page


def test_input_asks_in_the_page_and_returns_the_first_answer(kernel: VirtualKernel) -> None:
    page, other = connected(kernel), connected(kernel, "other")
    asking = start_in(kernel, lambda: input("your name? "))
    page.wait_until(lambda: bool(questions(page)))
    other.wait_until(lambda: bool(questions(other)))
    [question] = questions(page)
    assert question == {"number": 1, "prompt": "your name? ", "password": False}
    assert questions(other) == [question]
    first = other.send(["answer", 1, "Ann"])
    page.send(["answer", 1, "Bob"])
    assert asking.result(PATIENCE) == "Ann"
    other.wait_for_ack(first)
    assert shown(kernel) == [{"text/plain": "your name? Ann"}]


def test_a_password_is_not_shown_later(kernel: VirtualKernel) -> None:
    page = connected(kernel)
    asking = start_in(kernel, getpass.getpass)
    page.wait_until(lambda: bool(questions(page)))
    assert questions(page) == [{"number": 1, "prompt": "Password: ", "password": True}]
    page.send(["answer", 1, "secret"])
    assert asking.result(PATIENCE) == "secret"
    assert shown(kernel) == [{"text/plain": "Password: ········"}]
    assert "secret" not in str(page.read())


def test_it_asks_where_the_output_goes_after_what_was_printed(kernel: VirtualKernel) -> None:
    page = connected(kernel)
    out = run_in(kernel, Output)

    def work() -> str:
        with out:
            print("a question:", end=" ")
            return input("sure? ")

    asking = start_in(kernel, work)
    area = out.comm._comm_id
    page.wait_until(lambda: bool(questions(page, area)))
    kinds = [m[2]["output_type"] for m in page.messages if m[0] == "output" and m[1] == area]
    assert kinds == ["stream", "display_data"]
    page.send(["answer", 1, "yes"])
    assert asking.result(PATIENCE) == "yes"
    assert out.outputs[1]["data"] == {"text/plain": "sure? yes"}


def test_a_page_that_comes_back_gets_the_question_again(kernel: VirtualKernel) -> None:
    page = connected(kernel)
    asking = start_in(kernel, lambda: input("again? "))
    page.wait_until(lambda: bool(questions(page)))
    page.disconnect()
    assert QUESTION in shown(kernel)[0]
    late = connected(kernel, "late")
    late.send(["answer", 1, "yes"])
    assert asking.result(PATIENCE) == "yes"


def test_threads_ask_beside_one_another(kernel: VirtualKernel) -> None:
    page = connected(kernel)
    answers: dict[str, str] = {}

    def ask(prompt: str) -> None:
        answers[prompt] = input(prompt)

    with kernel.entered():
        threads = [threading.Thread(target=ask, args=(prompt,)) for prompt in ("one", "two")]
        for thread in threads:
            thread.start()
    page.wait_until(lambda: len(questions(page)) == 2)
    # The kernel itself goes on.
    assert run_in(kernel, lambda: 7) == 7
    for question in questions(page):
        page.send(["answer", question["number"], question["prompt"].upper()])
    for thread in threads:
        thread.join(PATIENCE)
    assert answers == {"one": "ONE", "two": "TWO"}


def test_other_kernels_go_on(apps: Apps, kernel: VirtualKernel) -> None:
    page = connected(kernel)
    asking = start_in(kernel, input)
    page.wait_until(lambda: bool(questions(page)))
    assert run_in(apps.kernel(), lambda: 7) == 7
    page.send(["answer", 1, ""])
    assert asking.result(PATIENCE) == ""


def test_the_end_of_the_kernel_ends_the_wait(apps: Apps, caplog: pytest.LogCaptureFixture) -> None:
    kernel = apps.host.throw_away_kernel()
    page = connected(kernel)
    asking = start_in(kernel, input)
    page.wait_until(lambda: bool(questions(page)))
    close(kernel)
    with pytest.raises(NoInputError, match="page was closed"):
        asking.result(PATIENCE)
    assert is_closed(kernel)
    assert "NoInputError" not in caplog.text


def test_the_run_at_start_has_no_page(kernel: VirtualKernel) -> None:
    kernel.is_dry_run = True
    with pytest.raises(NoInputError, match=r"^input\(\) asks the user of a page"):
        run_in(kernel, input)
    with pytest.raises(NoInputError, match=r"^getpass\(\) asks"):
        run_in(kernel, getpass.getpass)


@pytest.mark.parametrize("name", ["app.py", "app.ipynb"])
def test_an_app_that_asks_is_served_and_its_pages_ask(apps: Apps, name: str) -> None:
    source = "name = input('name? ')\nimport ipywidgets\nipywidgets.Label(name)"
    spec = apps.script(source) if name == "app.py" else apps.notebook(source)
    runner = apps.runner(spec)
    kernel = apps.kernel()
    page = connected(kernel)
    kernel.submit(lambda: runner.run(kernel))
    page.wait_until(lambda: bool(questions(page)))
    page.send(["answer", 1, "Ann"])
    page.wait_until(lambda: ["ready"] in page.messages)
    assert kernel.namespace["name"] == "Ann"


def test_prompts_of_click_ask_in_the_page(kernel: VirtualKernel) -> None:
    page = connected(kernel)
    out = run_in(kernel, Output)

    def work() -> int:
        with out:
            number: int = click.prompt("how many", type=int)
        return number

    asking = start_in(kernel, work)
    area = out.comm._comm_id
    for number, answer in ((1, "some"), (2, "7")):
        page.wait_until(lambda number=number: len(questions(page, area)) == number)
        page.send(["answer", number, answer])
    assert asking.result(PATIENCE) == 7
    assert str(out.outputs).count("how many") == 2


def test_nobody_gets_a_debugger_in_a_page(kernel: VirtualKernel) -> None:
    page = connected(kernel)

    def work() -> None:
        pdb.Pdb(nosigint=True).set_trace()

    # It finds its input at an end.
    with pytest.raises(bdb.BdbQuit):
        run_in(kernel, work)
    assert questions(page) == []


def test_standard_input_is_empty_and_stays_open(kernel: VirtualKernel) -> None:
    def work() -> tuple[str, str, list[str], bool]:
        sys.stdin.close()
        return sys.stdin.readline(), sys.stdin.read(), list(sys.stdin), sys.stdin.closed

    assert run_in(kernel, work) == ("", "", [], False)


def test_outside_of_kernels_nothing_changes(
    apps: Apps, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("typed\n"))
    assert input("prompt ") == "typed"
    assert capsys.readouterr().out == "prompt "
