"""Links between the pages of a site, and what Markdown has of them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.app.loading import markdown
from sundog.app.loading.loader import load_file
from sundog.app.site.links import href, relative, with_links
from sundog.app.site.tree import give_places, read_folder

PART = st.text("aä:/?#% .", min_size=1, max_size=4).filter(lambda part: part not in (".", ".."))
PLACE = st.lists(PART, max_size=4)


@given(PLACE, PLACE)
def test_a_relative_link_leads_to_the_page(here: list[str], there: list[str]) -> None:
    link = relative(here[:-1], there)
    assert urljoin("http://host/pre" + href(here), link) == "http://host/pre" + href(there)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[a](b.md)", "[a](<b.md>)"),
        ("![a](b.png 'title') [x](<c d.md>)", "![a](<b.png> 'title') [x](<c d.md>)"),
        ("[a [b] c](d.md)", "[a [b] c](<d.md>)"),
        ("[a]: b.md 'title'", "[a]: <b.md> 'title'"),
        ("`[a](b.md)` and ``[a](`b.md)``", "`[a](b.md)` and ``[a](`b.md)``"),
        ("```\n[a](b.md)\n```\n[a](b.md)", "```\n[a](b.md)\n```\n[a](<b.md>)"),
        ("~~~~\n[a](b.md)\n~~~\n[a](b.md)", "~~~~\n[a](b.md)\n~~~\n[a](b.md)"),
        ('<img src="b.png" width="8">', '<img src="<b.png>" width="8">'),
        ("a <IMG alt='x' src='b.png'/> b", "a <IMG alt='x' src='<b.png>'/> b"),
        ("<p>\n<img src=b.png>\n</p>", "<p>\n<img src=<b.png>>\n</p>"),
        ('`<img src="b.png">` <img data-src="b.png" src="https://b.png">', None),
        ("[a](https://b.md) [b](/c.md) [c](#d) [d](mailto:e)", None),
        ("[a](left.md)", None),
        ("- item [a](b.md)\n  and [c](d.md)", "- item [a](<b.md>)\n  and [c](<d.md>)"),
        ("> [a](b.md)\n> `[a](b.md)`", "> [a](<b.md>)\n> `[a](b.md)`"),
        ("|x|y|\n|-|-|\n|[a](b.md)|[a](b.md)|", "|x|y|\n|-|-|\n|[a](<b.md>)|[a](<b.md>)|"),
        ("[![a](b.png)](c.md)", "[![a](<b.png>)](<c.md>)"),
        ("![see [a](b.md)](c.png)", "![see [a](b.md)](<c.png>)"),
        ("[a][b] [b]\n\n[b]: c.md", "[a][b] [b]\n\n[b]: <c.md>"),
        ("[a] (b.md) \\[a](b.md)", None),
        ("    [a](b.md)", None),
        ("[a](b.md)\r\n[c](d.md)", "[a](<b.md>)\n[c](<d.md>)"),
    ],
)
def test_targets(written: str, shown: str | None) -> None:
    found = markdown.with_targets(written, lambda t: None if t == "left.md" else f"<{t}>")
    assert found == (written if shown is None else shown)


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("---\ntitle: Hello\nother: x\n---\ntext", "Hello", "text"),
        ("---\r\ntitle: 'A: b'\r\n---\r\ntext", "A: b", "text"),
        ("---\nother: x\n---\ntext", None, "text"),
        ("---\ntext\n", None, "---\ntext\n"),
        ("text\n---\ntitle: x\n---\n", None, "text\n---\ntitle: x\n---\n"),
    ],
)
def test_front_matter(text: str, title: str | None, rest: str) -> None:
    assert markdown.split_front_matter(text) == (title, rest)


def test_headings_in_code_are_none() -> None:
    assert markdown.first_heading("```\n# no\n```\ntext\n# *Yes* `it` is #\n") == "Yes it is"
    assert markdown.first_heading("## lower\n") is None


def test_files_become_pages_and_pictures_data(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "2_docs").mkdir(parents=True)
    text = "[r](../1_home.py?a=1#b) [s](2_b%20c.md) ![p](p.png) ![no](../../out.png) [x](none.md)"
    files = {
        **{"1_home.py": "", "2_docs/1_intro.md": text, "2_docs/2_b c.md": ""},
        **{"2_docs/p.png": "picture", "../out.png": "secret"},
    }
    for name, content in files.items():
        (site / name).write_text(content)
    tree = read_folder(site)
    give_places(tree)
    pages = {file.path: file for file in tree.files()}
    intro = pages[site / "2_docs" / "1_intro.md"]
    app = with_links(load_file(intro.path, "x"), intro, site, pages)
    assert app.cells[0].shown[0]["data"]["text/markdown"] == (
        "[r](./?a=1#b) [s](./docs/b-c) ![p](data:image/png;base64,cGljdHVyZQ==) "
        "![no](../../out.png) [x](none.md)"
    )
