"""What `sundog create` writes, and what it refuses to overwrite."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sundog.cli import main
from sundog.starters import SCRIPTS, STARTERS


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
    assert "Choose another folder" in result.output
    assert kept.read_text() == "mine"


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = invoke(str(tmp_path / "file" / "app"))
    assert result.exit_code == 1
    assert "Cannot write" in result.output


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_as_the_command_of_solara_creates_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / "counter.py"
    result = invoke(name, str(path))
    assert result.exit_code == 0, result.output
    compile(path.read_text(), path, "exec")
    assert f"sundog run {path}" in result.output
    assert "sundog[solara]" in result.output
    again = invoke(name, str(path))
    assert again.exit_code == 1
    assert "Choose another file" in again.output


def test_a_script_does_not_hide_the_package_that_it_needs(tmp_path: Path) -> None:
    pytest.importorskip("markdown")
    result = invoke("markdown", str(tmp_path / "markdown.py"))
    assert result.exit_code == 1
    assert "would hide the package markdown" in result.output


def test_a_script_is_called_sol_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke("button").exit_code == 0
    assert (tmp_path / "sol.py").is_file()


def test_a_file_for_a_folder_is_a_usage_error(tmp_path: Path) -> None:
    result = invoke(str(tmp_path / "folder"), "app.py")
    assert result.exit_code == 2
    assert "use button or markdown" in result.output
