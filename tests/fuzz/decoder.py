"""Feeds the decoder what a coverage-guided fuzzer makes up (atheris, libFuzzer).

    python -m tests.fuzz.decoder [libFuzzer's options] [folders of inputs]

Anything but a batch, a control message or a `ProtocolError` with a close code is a finding.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["sundog.protocol"]):
    from sundog.errors import ProtocolError
    from sundog.protocol.codec import decode_binary, decode_text
    from sundog.protocol.message import PageBatch, PageControl

CODES = (1003, 1007, 1009)


def check(data: bytes) -> None:
    """Decode bytes as a binary frame, and as a text frame where they are text."""
    try:
        batch, buffers = decode_binary(data)
    except ProtocolError as error:
        check_error(error)
    else:
        assert len(buffers) == len(batch.messages)
        assert sum(len(b) for of_message in buffers for b in of_message) <= len(data)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        # The WebSocket library closes with 1007 before the decoder sees it.
        return
    try:
        assert isinstance(decode_text(text), (PageBatch, PageControl))
    except ProtocolError as error:
        check_error(error)


def check_error(error: ProtocolError) -> None:
    """What goes into a log and a close frame."""
    assert error.code in CODES
    assert str(error).isprintable()


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
