"""Which files of a folder are pages, in which order, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.app.site import names
from sundog.app.site import tree as site_tree
from sundog.app.site.tree import give_places, leave_out, read_folder
from sundog.errors import AppNotFoundError


def make(folder: Path, *files: str) -> None:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def places(folder: Path, *, init_is_page: bool = False) -> dict[str, str]:
    """Return the pages of a folder by their places, in order."""
    tree = read_folder(folder, init_is_page=init_is_page)
    give_places(tree)
    return {"/" + "/".join(file.parts): str(file.path.relative_to(folder)) for file in tree.files()}


def test_names_order_and_places(tmp_path: Path) -> None:
    make(
        tmp_path,
        *("10-last_one.py", "2_first.ipynb", "about us.md", "plain_name.py", "2024.py"),
        *("_hidden.py", ".dot.md", "__init__.py", "data.csv", "README.txt", "__pycache__/x.py"),
    )
    assert list(places(tmp_path).items()) == [
        ("/", "2_first.ipynb"),
        ("/last-one", "10-last_one.py"),
        ("/2024", "2024.py"),
        ("/about-us", "about us.md"),
        ("/plain-name", "plain_name.py"),
    ]


def test_folders_are_pages_of_pages(tmp_path: Path) -> None:
    make(
        tmp_path,
        *("1_home.py", "2_data/1_all.py", "2_data/2_some.py", "2_data/deep/x.py"),
        *(
            "empty/data.csv",
            "node_modules/a.py",
            "venv/pyvenv.cfg",
            "venv/lib/a.py",
            "_private/a.py",
        ),
    )
    assert list(places(tmp_path)) == ["/", "/data", "/data/some", "/data/deep"]


def test_a_folder_may_come_first(tmp_path: Path) -> None:
    make(tmp_path, "1_data/a.py", "1_data/b.py", "2_other.py")
    assert places(tmp_path) == {"/": "1_data/a.py", "/b": "1_data/b.py", "/other": "2_other.py"}


def test_the_init_may_be_the_first_page(tmp_path: Path) -> None:
    make(tmp_path, "__init__.py", "a.py")
    assert places(tmp_path, init_is_page=True) == {"/": "__init__.py", "/a": "a.py"}


def test_what_is_left_out_takes_no_place(tmp_path: Path) -> None:
    make(tmp_path, "a/x.py", "b.py", "c.py")
    tree = read_folder(tmp_path)
    leave_out(tree, {file for file in tree.files() if file.path.name in ("x.py", "b.py")})
    give_places(tree)
    assert [(file.parts, file.path.name) for file in tree.files()] == [((), "c.py")]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("a.py", "b.py", "b.md"), r"b\.md and b\.py would both be at /b"),
        (("a.py", "1_x.py", "2_y_z.py", "y-z.py"), r"would both be at /y-z"),
        (("0.py", "docs.py", "docs/a.py"), r"would both be at /docs"),
        (("a.py", "static.py"), r"static\.py would be at /static, which the server uses itself"),
        (("a.py", "readyz.md"), "readyz"),
    ],
)
def test_clashes_are_named(tmp_path: Path, files: tuple[str, ...], told: str) -> None:
    make(tmp_path, *files)
    with pytest.raises(AppNotFoundError, match=told):
        places(tmp_path)


def test_a_folder_without_pages(tmp_path: Path) -> None:
    make(tmp_path, "_a.py", "data.csv", "sub/x.txt")
    with pytest.raises(AppNotFoundError, match=r"contains no pages.*\.py, \.ipynb or \.md"):
        read_folder(tmp_path)


def test_a_home_is_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_tree, "MAX_PAGES", 3)
    make(tmp_path, *(f"a/{number}.py" for number in range(4)))
    with pytest.raises(AppNotFoundError, match="Is this the right folder"):
        read_folder(tmp_path)


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "site/a.py", "secret/b.py")
    (tmp_path / "site" / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "site" / "round").symlink_to(tmp_path / "site")
    assert list(places(tmp_path / "site")) == ["/"]


@pytest.mark.parametrize(
    ("stem", "slug", "title"),
    [
        ("01_report_2026", "report-2026", "Report 2026"),
        ("1-a", "a", "A"),
        ("3. Über uns", "Über-uns", "Über uns"),
        ("2026", "2026", "2026"),
        ("1_", "1-", "1"),
        ("a__b", "a-b", "A b"),
    ],
)
def test_slugs_and_titles(stem: str, slug: str, title: str) -> None:
    assert (names.slug(stem), names.title(stem)) == (slug, title)


@given(st.text(min_size=1))
def test_every_name_has_a_slug_and_a_title(stem: str) -> None:
    assert names.slug(stem)
    assert names.title(stem)
    assert "_" not in names.slug(stem)
