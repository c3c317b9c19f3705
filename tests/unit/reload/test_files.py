import os
from pathlib import Path

import pytest

from sundog.reload.files import Contents, Effect, Watched, walk


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("app/app.py", "app/other.py", "app/view.vue", "lib/helper.py", "assets/a.css"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


def test_what_a_change_calls_for(project: Path) -> None:
    env = project / "app" / ".env"
    watched = Watched(
        app=(project / "app" / "app.py",),
        modules=frozenset((project / "lib" / "helper.py",)),
        served=(project / "assets",),
        env_files=frozenset((env,)),
    )
    effects = {
        "app/app.py": Effect.RUN,
        "lib/helper.py": Effect.RUN,
        "app/view.vue": Effect.RUN,
        "app/deep/widget.js": Effect.RUN,
        "app/.env": Effect.SETTINGS,
        "assets/a.css": Effect.STYLE,
        "assets/custom.js": Effect.PAGE,
        "assets/photo.png": None,
        # Another app beside it, an editor's own file, a file of tests.
        "app/other.py": None,
        "app/.app.py.swp": None,
        "app/data.csv": None,
        "lib/other.vue": None,
    }
    assert {name: watched.effect(project / name) for name in effects} == effects


def test_after_a_failure_any_code_may_mend_it(project: Path) -> None:
    app = (project / "app" / "app.py",)
    modules = frozenset((project / "lib" / "helper.py",))
    fine = Watched(app=app, modules=modules)
    failed = Watched(app=app, modules=modules, any_code=True)
    for name in ("app/other.py", "app/deep/other.py", "lib/other.py"):
        assert fine.effect(project / name) is None
        assert failed.effect(project / name) is Effect.RUN
    assert failed.effect(project / "neighbour" / "app.py") is None


def test_what_lies_beside_a_served_folder_is_not_watched(project: Path) -> None:
    (project / "neighbour" / "deep").mkdir(parents=True)
    served = project / "public"
    watched = Watched(app=(project / "app" / "app.py",), served=(served,))
    assert watched.folders() == {project, project / "app"}
    # It is watched from when it is made.
    assert watched.may_hold(served)
    assert not watched.may_hold(project / "neighbour")
    (served / "icons").mkdir(parents=True)
    assert watched.folders() == {project, project / "app", served, served / "icons"}


def test_a_folder_is_the_app_with_all_its_code(project: Path) -> None:
    watched = Watched(app=(project / "app",))
    assert watched.effect(project / "app" / "new.md") is Effect.RUN
    # As it is told when something is made in it: compiled code, say.
    assert watched.effect(project / "app") is None
    assert watched.effect(project / "lib" / "helper.py") is None


def test_folders_that_are_nobodys_own_are_left_out(tmp_path: Path) -> None:
    for name in ("a/b", ".git/x", "node_modules/y", "__pycache__", "tool/lib"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "tool" / "pyvenv.cfg").touch()
    assert {folder.name for folder in walk(tmp_path)} == {tmp_path.name, "a", "b"}


def test_a_save_without_a_change_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("1")
    contents = Contents()
    contents.learn([path], before=path.stat().st_mtime + 1)
    path.write_text("1")
    assert not contents.changed(path)
    path.write_text("2")
    assert contents.changed(path)
    assert not contents.changed(path)
    path.unlink()
    assert contents.changed(path)


def test_what_changed_while_it_was_loaded_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("1")
    contents = Contents()
    contents.learn([path], before=path.stat().st_mtime - 1)
    assert contents.changed(path)


def test_code_that_changed_since_a_moment(tmp_path: Path) -> None:
    for name, moment in (("old.py", 10), ("new.py", 20), ("new.txt", 20), ("lib/new.md", 30)):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
        os.utime(file, (moment, moment))
    watched = Watched(app=(tmp_path / "old.py",))
    assert watched.changed_since(20) == {tmp_path / "new.py", tmp_path / "lib" / "new.md"}
