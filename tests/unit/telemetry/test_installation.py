"""The id of an installation is random, kept, and never in the way."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from sundog.telemetry.installation import FILE_NAME, installation_id


def test_it_is_random_and_kept(tmp_path: Path) -> None:
    first = installation_id(tmp_path / "state")
    assert installation_id(tmp_path / "state") == first
    assert installation_id(tmp_path / "other") != first
    # Version 4: made of chance, not of a network card and the time.
    assert uuid.UUID(first).version == 4


@pytest.mark.parametrize("content", [b"", b"me@example.com", b"\xff\xfe", b"0" * 33])
def test_what_is_no_id_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    made = installation_id(tmp_path)
    assert len(made) == 32
    assert installation_id(tmp_path) == made


def test_a_folder_that_can_not_be_used_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert len(installation_id(tmp_path / "file")) == 32
