"""What `sundog create` makes, and what it refuses to touch."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sundog.cli import main
from sundog.starters import STARTERS


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["create", *arguments])


@pytest.mark.parametrize("name", STARTERS)
def test_a_starter_arrives_whole(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "new"
    result = invoke(str(folder), "--template", name)
    assert result.exit_code == 0, result.output
    source = STARTERS[name].folder
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert made == {path.name: path.read_bytes() for path in source.iterdir() if path.is_file()}
    assert f"sundog run {STARTERS[name].run}" in result.output
    assert (folder / STARTERS[name].run).exists()
    assert ("pip install" in result.output) == ("requirements.txt" in made)


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert invoke(str(tmp_path)).exit_code == 0


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_is_there_stays(what: str, tmp_path: Path) -> None:
    target = tmp_path / "app"
    kept = target / "app.py" if what == "folder" else target
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine")
    result = invoke(str(target))
    assert result.exit_code == 1
    assert "Name another folder" in result.output
    assert kept.read_text() == "mine"


def test_a_folder_that_cant_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = invoke(str(tmp_path / "file" / "app"))
    assert result.exit_code == 1
    assert "can't be written" in result.output
