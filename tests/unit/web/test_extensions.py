"""Installed extensions: which are found, what pages are told, and which files they get."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from sundog.web.extensions import Extensions, data_folders


def labextension(data: Path, name: str, **jupyterlab: object) -> Path:
    folder = data / "labextensions" / name
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "remoteEntry.abc.js").write_text("// container")
    build = {"load": "static/remoteEntry.abc.js", "extension": "./extension"}
    package = {"name": name, "jupyterlab": {"_build": build, **jupyterlab}}
    (folder / "package.json").write_text(json.dumps(package))
    return folder


def nbextension(data: Path, name: str, *files: str) -> Path:
    folder = data / "nbextensions" / name
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).write_text("define(() => ({}));")
    return folder


def test_what_a_page_is_told(tmp_path: Path) -> None:
    shared = {
        "@jupyter-widgets/base": {"bundled": False, "singleton": True},
        "d3": {"bundled": True},
        "sucrase": False,
    }
    labextension(tmp_path, "plain", sharedPackages=shared)
    labextension(tmp_path, "@scope/inner")
    nbextension(tmp_path, "classic", "index.js", "extension.js")
    nbextension(tmp_path, "bare", "index.js")
    manifest = Extensions([tmp_path]).manifest("/apps")
    lab = manifest["labextensions"]
    assert list(lab) == ["@scope/inner", "plain"]
    url = lab["plain"].pop("url")
    assert lab["plain"] == {
        "load": "static/remoteEntry.abc.js",
        "extension": "./extension",
        "sharedPackages": {"@jupyter-widgets/base": {"bundled": False}},
    }
    assert url.startswith("/apps/_sundog/labextensions/")
    assert url.endswith("/plain/")
    assert lab["@scope/inner"]["url"].endswith("/@scope/inner/")
    classic = manifest["nbextensions"]
    assert {name: entry["hasExtensionScript"] for name, entry in classic.items()} == {
        "bare": False,
        "classic": True,
    }


@pytest.mark.parametrize(
    "written", ["./static/remoteEntry.abc.js", "static\\remoteEntry.abc.js", ".\\static\\x.js"]
)
def test_paths_become_those_of_urls(tmp_path: Path, written: str) -> None:
    build = {"load": written, "mimeExtension": "./mime", "style": "./style"}
    labextension(tmp_path, "odd", _build=build)
    entry = Extensions([tmp_path]).manifest("")["labextensions"]["odd"]
    assert entry["load"] in ("static/remoteEntry.abc.js", "static/x.js")
    assert (entry["mimeExtension"], entry["style"]) == ("./mime", "./style")
    assert "extension" not in entry


def test_what_is_left_out(tmp_path: Path) -> None:
    labextension(tmp_path, "@jupyter-widgets/jupyterlab-manager")
    labextension(tmp_path, "@jupyter-notebook/lab-extension")
    labextension(tmp_path, "old", _build=None)
    nbextension(tmp_path, "jupyter-js-widgets", "extension.js")
    nbextension(tmp_path, "empty")
    (labextension(tmp_path, "broken") / "package.json").write_text("{")
    (labextension(tmp_path, "list") / "package.json").write_text("[]")
    (labextension(tmp_path, "none") / "package.json").unlink()
    (tmp_path / "labextensions" / "a-file").write_text("")
    labextension(tmp_path, "good")
    manifest = Extensions([tmp_path, tmp_path / "missing"]).manifest("")
    assert list(manifest["labextensions"]) == ["good"]
    assert manifest["nbextensions"] == {}


def test_nbextensions_can_be_ignored(tmp_path: Path) -> None:
    nbextension(tmp_path, "classic", "index.js")
    extensions = Extensions([tmp_path], ignore_nbextensions=True)
    assert extensions.manifest("") == {"labextensions": {}, "nbextensions": {}}
    assert extensions.resolve("nbextensions", "latest", "classic/index.js") is None


def test_of_several_the_first_folder_counts(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    labextension(first, "both")
    (labextension(second, "both") / "only-here.js").write_text("")
    extensions = Extensions([first, second])
    assert extensions.resolve("labextensions", "latest", "both/package.json") is not None
    assert extensions.resolve("labextensions", "latest", "both/only-here.js") is None


def test_files_are_found_by_name_and_kept_only_by_the_right_hash(tmp_path: Path) -> None:
    folder = labextension(tmp_path, "@scope/inner")
    extensions = Extensions([tmp_path])
    url = extensions.manifest("")["labextensions"]["@scope/inner"]["url"]
    digest = url.split("/")[3]
    right = extensions.resolve("labextensions", digest, "@scope/inner/package.json")
    wrong = extensions.resolve("labextensions", "latest", "@scope/inner/package.json")
    assert right is not None
    assert wrong is not None
    assert (right.file, right.immutable) == (folder / "package.json", True)
    assert (wrong.file, wrong.immutable) == (folder / "package.json", False)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "plain",
        "plain/",
        "plain/static",
        "plain/../../secret",
        "plain/../plain/package.json",
        "plain/./package.json",
        "plain//package.json",
        "/plain/package.json",
        "plain/static\\remoteEntry.abc.js",
        "plain\\package.json",
        "plain/package.json\0",
        "plain/\0",
        "plain/link.txt",
        "..",
        "../secret",
        "@scope",
        "@scope/inner",
        "other/package.json",
    ],
)
def test_nothing_else_is_served(tmp_path: Path, path: str) -> None:
    data = tmp_path / "data"
    folder = labextension(data, "plain")
    (tmp_path / "secret").write_text("secret")
    (data / "secret").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret")
    assert Extensions([data]).resolve("labextensions", "latest", path) is None


@pytest.mark.parametrize("kind", ["", "other", "..", "Labextensions"])
def test_there_are_two_kinds(tmp_path: Path, kind: str) -> None:
    labextension(tmp_path, "plain")
    assert Extensions([tmp_path]).resolve(kind, "latest", "plain/package.json") is None


def test_a_linked_extension_is_served_from_where_it_is(tmp_path: Path) -> None:
    source = labextension(tmp_path / "checkout", "linked")
    data = tmp_path / "data"
    (data / "labextensions").mkdir(parents=True)
    (data / "labextensions" / "linked").symlink_to(source)
    found = Extensions([data]).resolve("labextensions", "latest", "linked/package.json")
    assert found is not None
    assert found.file == source / "package.json"


def test_the_hashes_change_with_the_files(tmp_path: Path) -> None:
    folder = labextension(tmp_path, "plain")
    before = Extensions([tmp_path])
    assert Extensions([tmp_path]).digest == before.digest
    (folder / "static" / "chunk.js").write_text("new")
    after = Extensions([tmp_path])
    assert after.digest != before.digest
    assert after.manifest("") != before.manifest("")
    os.utime(folder / "static" / "chunk.js", ns=(1, 1))
    assert Extensions([tmp_path]).digest != after.digest


def test_the_folders_are_jupyters(tmp_path: Path) -> None:
    def folders(prefix: str, **environ: str) -> list[str]:
        found = data_folders(environ, home=tmp_path, prefix=prefix, base_prefix="/base")
        return [str(folder) for folder in found]

    own, user = "/env/share/jupyter", str(tmp_path / "data" / "jupyter")
    given = {"XDG_DATA_HOME": str(tmp_path / "data"), "APPDATA": str(tmp_path / "data")}
    if sys.platform == "darwin":
        pytest.skip("the user's folder is another one")
    found = folders("/env", **given)
    assert found.index(own) < found.index(user)
    found = folders("/base", **given)
    assert found.index(user) < found.index("/base/share/jupyter")
    found = folders("/env", JUPYTER_PREFER_ENV_PATH="0", **given)
    assert found.index(user) < found.index(own)
    found = folders("/env", JUPYTER_PATH=os.pathsep.join(("/one", "/two")), JUPYTER_DATA_DIR="/me")
    assert found[:2] == ["/one", "/two"]
    assert "/me" in found
