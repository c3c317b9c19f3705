"""Where prints go."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
import threading
from typing import Any

import pytest

from sundog.hooks.core import stdio
from sundog.scope import capture
from tests.apps import Apps
from tests.kernels import close, run_in


class Area:
    """An output area that keeps what it gets."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def append(self, item: dict[str, Any]) -> None:
        self.items.append(item)

    @property
    def text(self) -> str:
        return "".join(item["text"] for item in self.items)


def test_outside_of_kernels_nothing_changes(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print("one")
    print("\x1b[2Jtwo", end="")
    assert out.getvalue() == "one\n"
    assert capsys.readouterr().out == "\x1b[2Jtwo"


def test_prints_of_a_kernel_are_logged_by_line(
    apps: Apps, capsys: pytest.CaptureFixture[str]
) -> None:
    kernel = apps.kernel()
    with kernel.entered():
        print("one\ntwo", end="")
        print("error", file=sys.stderr)
        assert capsys.readouterr() == (f"[{kernel.log_id}] one\n", f"[{kernel.log_id}] error\n")
        print(" ends")
    assert capsys.readouterr().out == f"[{kernel.log_id}] two ends\n"


def test_a_line_without_end_is_logged_at_the_kernels(
    apps: Apps, capsys: pytest.CaptureFixture[str]
) -> None:
    kernel = apps.host.throw_away_kernel()
    run_in(kernel, lambda: print("rest", end=""))
    close(kernel)
    assert capsys.readouterr().out == f"[{kernel.log_id}] rest\n"


def test_what_is_too_much_for_a_second_is_counted_and_left_out_of_the_log() -> None:
    out = io.StringIO()
    now = 10.0
    lines = stdio.LogLines(out, "id", per_second=100, now=lambda: now)
    for number in range(1000):
        lines.write(f"line {number}\n")
    told = out.getvalue().splitlines()
    assert told[:2] == ["[id] line 0", "[id] line 1"]
    assert told[-1] == "[id] … printed more than 100 characters in a second"
    assert len(told) == 10
    now = 11.5
    lines.write("next\n")
    assert out.getvalue().splitlines()[10:] == [
        "[id] … 991 lines were left out of the log",
        "[id] next",
    ]
    lines.write("x\n" * 100)
    lines.close()
    assert out.getvalue().splitlines()[-1].endswith("lines were left out of the log")


@pytest.mark.parametrize("development", [True, False])
def test_the_log_of_a_kernel_is_bounded_in_production(
    apps: Apps, capsys: pytest.CaptureFixture[str], development: bool
) -> None:
    kernel = apps.kernel()
    kernel.development = development
    text = "x" * 999
    with kernel.entered():
        for _ in range(1000):
            print(text)
    written = capsys.readouterr().out
    assert (len(written) < 10 * stdio.MAX_PER_SECOND) is not development


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("10%\r20%\r30%", "30%"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("\x1b[31mred", "\x1b[31mred\x1b[0m"),
        ("tab\there\x07", "tab\there\ufffd"),
    ],
)
def test_a_line_cannot_forge_others(
    apps: Apps, capsys: pytest.CaptureFixture[str], text: str, line: str
) -> None:
    kernel = apps.kernel()
    with kernel.entered():
        print(text)
    assert capsys.readouterr().out == f"[{kernel.log_id}] {line}\n"


def test_an_area_catches_its_own_thread_and_task_only(apps: Apps) -> None:
    kernel = apps.kernel()
    areas = [Area() for _ in range(3)]

    async def say(number: int) -> None:
        with capture(areas[number]):
            for _ in range(3):
                print(number, end="")
                await asyncio.sleep(0)

    async def all_at_once() -> None:
        await asyncio.gather(*(say(number) for number in range(3)))

    with kernel.entered():
        asyncio.run(all_at_once())
        threads = []
        for number, area in enumerate(areas):
            with capture(area):
                threads.append(threading.Thread(target=print, args=(number,), kwargs={"end": ""}))
                threads[-1].start()
        for thread in threads:
            thread.join()
    assert [area.text for area in areas] == ["0000", "1111", "2222"]


def test_redirection_is_the_kernels_own(apps: Apps, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = apps.kernel(), apps.kernel()
    out = io.StringIO()
    with first.entered(), contextlib.redirect_stdout(out):
        print("one")
        print("not this", file=sys.stderr)
        with second.entered():
            print("two")
        with contextlib.redirect_stderr(sys.stdout):
            print("both", file=sys.stderr)
    with first.entered():
        print("after")
    assert out.getvalue() == "one\nboth\n"
    captured = capsys.readouterr()
    assert captured.out == f"[{second.log_id}] two\n[{first.log_id}] after\n"
    assert captured.err == f"[{first.log_id}] not this\n"


def test_the_streams_are_files_still(apps: Apps) -> None:
    kernel, area = apps.kernel(), Area()
    with kernel.entered(), capture(area):
        sys.stdout.buffer.write("bytes ä".encode())
        sys.stdout.flush()
        sys.stdout.writelines(["a", "b"])
        assert not sys.stdout.isatty()
        assert sys.stdout.writable()
        assert sys.stdout.encoding
        with pytest.raises(TypeError):
            sys.stdout.write(b"bytes")  # type: ignore[arg-type]
    assert area.text == "bytes äab"


def test_uninstall() -> None:
    before = sys.stdout, sys.stderr, contextlib.redirect_stdout.__enter__
    uninstall = stdio.install()
    assert sys.stdout is not before[0]
    uninstall()
    assert (sys.stdout, sys.stderr, contextlib.redirect_stdout.__enter__) == before


def test_what_is_replaced_exists() -> None:
    redirection = contextlib._RedirectStream  # type: ignore[attr-defined]
    assert issubclass(contextlib.redirect_stdout, redirection)
    assert redirection.__enter__
    assert redirection.__exit__
