"""The secret is made once, and only its owner can read it."""

import logging
import os
from pathlib import Path

import pytest

from sundog.web.access.secret import FILE_NAME, keep_secret


def test_it_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    secret = keep_secret(folder)
    assert len(secret) >= 48
    assert keep_secret(folder) == secret
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]
    assert keep_secret(tmp_path / "other") != secret


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    keep_secret(tmp_path / "s")
    path = tmp_path / "s" / FILE_NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.chmod(0o644)
    keep_secret(tmp_path / "s")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("left", [b"", b"short", b"\n" * 100])
def test_a_file_that_was_cut_short_is_replaced(tmp_path: Path, left: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(left)
    secret = keep_secret(tmp_path)
    assert len(secret) >= 48
    assert keep_secret(tmp_path) == secret


def test_a_folder_that_can_not_be_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        secret = keep_secret(tmp_path / "file" / "folder")
    assert len(secret) >= 48
    assert "SUNDOG_SESSION_SECRET_KEY" in caplog.text
    assert secret.decode() not in caplog.text
