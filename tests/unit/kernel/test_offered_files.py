"""Which files a kernel may offer."""

from __future__ import annotations

from pathlib import Path

import pytest

from sundog.kernel import offered_files
from sundog.kernel.offered_files import OfferedFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "data").mkdir(parents=True)
    (root / ".git").mkdir()
    for name in ("report.csv", "data/a b.txt", ".env", ".git/config"):
        (root / name).write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    (root / "hidden.txt").symlink_to(root / ".env")
    (root / "inner.txt").symlink_to(root / "report.csv")
    return root


@pytest.mark.parametrize("name", ["report.csv", "data/a b.txt", "data/../report.csv", "inner.txt"])
def test_files_inside_are_offered(root: Path, name: str) -> None:
    files = OfferedFiles()
    key = files.offer(root / name, [root])
    assert key is not None
    assert files.find(key) == (root / name).resolve()
    assert files.offer(root / name, [root]) == key


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "link.txt", ".env", "hidden.txt", ".git/config", "data", "none", "", "a\0b"],
)
def test_others_are_not(root: Path, name: str) -> None:
    assert OfferedFiles().offer(root / name, [root]) is None


def test_a_file_that_has_been_replaced_or_deleted_is_not_found(root: Path, tmp_path: Path) -> None:
    files = OfferedFiles()
    key = files.offer(root / "report.csv", [root])
    assert key is not None
    (root / "report.csv").unlink()
    assert files.find(key) is None
    (root / "report.csv").symlink_to(tmp_path / "secret.txt")
    assert files.find(key) is None
    assert files.find("unknown") is None


def test_they_are_bounded(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered_files, "MOST_FILES", 1)
    files = OfferedFiles()
    first = files.offer(root / "report.csv", [root])
    second = files.offer(root / "data" / "a b.txt", [root])
    assert first is not None
    assert second is not None
    assert files.find(first) is None
    assert files.find(second) is not None
