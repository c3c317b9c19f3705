"""Notebooks as apps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits


@pytest.fixture(scope="module")
def notebook(serve: Servers) -> Path:
    return serve.notebook(
        new_markdown_cell("# Sales\n\nWith *emphasis* and $x^2$"),
        new_code_cell("%matplotlib inline\nimport ipywidgets as widgets\nfactor = 2"),
        new_code_cell(
            "slider = widgets.IntSlider(value=3, description='Size')\n"
            "said = widgets.Label()\n"
            "widgets.dlink((slider, 'value'), (said, 'value'), lambda v: f'times {v * factor}')\n"
            "display(slider)"
        ),
        new_code_cell("said"),
        new_code_cell("print('printed by a cell')\n!echo from the shell"),
        new_code_cell("%%time\nsum(range(10))"),
        new_code_cell("import pandas as pd\npd.DataFrame({'amount': [1, 2]})"),
        new_code_cell(
            "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\nplt.plot([1, 2]);"
        ),
        new_code_cell("'quiet';"),
        new_code_cell("%%html\n<b class='mine'>from html</b>"),
        new_code_cell("await __import__('asyncio').sleep(0)\n'awaited'"),
    )


@pytest.fixture
def page(serve: Servers, visits: Visits, notebook: Path) -> Page:
    return visits.open(serve.start(notebook).url)


def test_a_notebook_is_a_page(page: Page) -> None:
    expect(page.get_by_role("heading", name="Sales")).to_be_visible()
    expect(page.locator("em")).to_have_text("emphasis")
    expect(page.locator(".katex")).to_have_count(1)
    expect(page.get_by_text("printed by a cell")).to_be_visible()
    expect(page.get_by_text("from the shell")).to_be_visible()
    expect(page.get_by_text("Wall time")).to_be_visible()
    expect(page.get_by_text("45", exact=True)).to_be_visible()
    expect(page.locator("table.dataframe")).to_contain_text("amount")
    expect(page.locator("#sundog-root img")).to_be_visible()
    expect(page.locator("b.mine")).to_be_visible()
    expect(page.get_by_text("'awaited'")).to_be_visible()
    expect(page.get_by_text("quiet")).to_have_count(0)
    expect(page).to_have_title("app")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.get_by_text("times 8")).to_be_visible()
    whole = page.locator("#sundog-root").inner_text()
    texts = "Sales", "Size", "times 8", "printed by a cell", "amount", "from html"
    places = [re.search(text, whole) for text in texts]
    assert [match is not None for match in places] == [True] * len(texts)
    starts = [match.start() for match in places if match is not None]
    assert starts == sorted(starts)
