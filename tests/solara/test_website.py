"""What people do in the applications that solara-ui ships: each runs unchanged."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits

WIDE = {"viewport": {"width": 1400, "height": 900}}


def drop(page: Page, target: Locator, file: Path) -> None:
    """Drag a file from the desktop onto an element."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


def visit(visits: Visits, website: AppServer, path: str) -> Page:
    return visits.open(website.url + path, **WIDE)


def kernel_of(page: Page) -> str:
    """Return what tells the page that was loaded from others."""
    return str(page.evaluate("JSON.parse(document.getElementById('sundog-config').text).kernel"))


def card(page: Page, title: str) -> Locator:
    return page.locator(".v-card", has=page.get_by_text(title, exact=True)).last


def test_pages_change_without_a_load_and_keep_what_they_share(
    visits: Visits, website: AppServer
) -> None:
    page = visit(visits, website, "/apps/multipage")
    kernel = kernel_of(page)
    shared = card(page, "Shown on each page")
    shared.get_by_role("button").click()
    expect(shared).to_contain_text("app_state: 1")
    page.evaluate("window.notLoadedAnew = true")
    page.locator(".v-tab", has_text="page2").click()
    page.wait_for_url("**/apps/multipage/page2")
    expect(page).to_have_title("Page 2 set with title")
    expect(shared).to_contain_text("app_state: 1")
    own = card(page, "Shown only on page2")
    own.get_by_role("button").click()
    expect(own).to_contain_text("component_state: 1")
    page.go_back()
    expect(page.get_by_text("This is the home page", exact=True)).to_be_visible()
    page.wait_for_url("**/apps/multipage")
    page.go_forward()
    expect(page).to_have_title("Page 2 set with title")
    expect(card(page, "Shown only on page2")).to_contain_text("component_state: 0")
    assert page.evaluate("window.notLoadedAnew") is True
    assert kernel_of(page) == kernel


def test_links_in_texts_lead_to_pages(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/getting_started")
    page.evaluate("window.notLoadedAnew = true")
    link = page.locator(".solara-markdown a[href^='/documentation/']").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{target}")
    expect(page.locator("#sundog-root")).not_to_contain_text("Page not found")
    assert page.evaluate("window.notLoadedAnew") is True


def test_what_leads_to_no_page_is_not_found(visits: Visits, website: AppServer) -> None:
    visits.allow("404")
    page = visits.open(website.url + "/no/such/page", wait=False)
    expect(page.get_by_role("status")).to_contain_text("no page at this address")


def test_each_user_has_values_of_their_own(visits: Visits, website: AppServer) -> None:
    path = "/documentation/examples/utilities/todo"
    first, second = visit(visits, website, path), visit(visits, website, path)
    new = first.get_by_label("Enter a new todo item")
    new.fill("Buy milk")
    new.press("Enter")
    texts = ".v-list-item input[type=text]"
    expect(first.locator(texts)).to_have_count(4)
    expect(second.locator(texts)).to_have_count(3)


def test_tasks_run_beside_the_page(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/components/lab/task")
    # One is a coroutine, one runs in a thread.
    for number in (0, 1):
        page.get_by_role("button", name="Fetch data").nth(number).click()
    expect(page.get_by_text("The answer is 42", exact=True)).to_have_count(2)
    # Mermaid has found the statements of its diagram, each in a line.
    expect(page.locator(".mermaid svg .statediagram-state")).not_to_have_count(0)


def test_a_task_starts_again_when_what_it_depends_on_changes(
    visits: Visits, website: AppServer
) -> None:
    page = visit(visits, website, "/documentation/components/lab/use_task")
    expect(page.get_by_text("Square of 4 == 16")).to_have_count(2)
    page.get_by_label("Square").first.fill("5")
    expect(page.get_by_text("Square of 5 == 25")).to_be_visible()


def test_threads_change_what_is_shown(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/api/hooks/use_thread")
    expect(page.locator(".v-alert", has_text="17 is a prime!")).to_be_attached()


def test_a_table_is_uploaded_drawn_and_shown_in_the_dark(
    visits: Visits, website: AppServer, tmp_path: Path
) -> None:
    table = tmp_path / "small.csv"
    table.write_text("a,b,c,d\n1,2,3,x\n4,5,6,y\n7,8,9,x\n")
    page = visit(visits, website, "/apps/scatter")
    drop(page, page.locator(".solara-file-drop"), table)
    expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(2)
    expect(page.get_by_text("Column x").first).to_be_visible()
    app = page.locator(".v-application").first
    expect(app).to_have_class(re.compile("v-theme--light"))
    page.locator("header .v-btn").last.click()
    expect(app).to_have_class(re.compile("v-theme--dark"))


def test_files_are_downloaded(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/components/output/file_download")
    for name, text in (
        ("solara-download.txt", "This is the content of the file"),
        ("solara-lazy-download.txt", "This is the content of the file"),
    ):
        with page.expect_download() as download:
            label = "Download file" if name == "solara-download.txt" else f"Download: {name}"
            page.get_by_role("button", name=label).first.click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_text() == text


def test_components_of_vue_speak_with_python(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/examples/general/vue_component")
    # The column of the website's layout may be too narrow to be clicked in.
    page.get_by_role("button", name="Go to Report").dispatch_event("click")
    page.get_by_role("button", name="Go back").dispatch_event("click")
    expect(page.get_by_text("Sales Last 7 Days")).to_be_attached()


def test_folders_are_browsed(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/components/input/file_browser")
    files = page.locator(".solara-file-list").first
    expect(files).to_contain_text("..")
    files.get_by_text("..", exact=True).dblclick()
    expect(files).to_contain_text("solara")


def test_formulas_and_diagrams_are_drawn_without_internet(
    visits: Visits, website: AppServer
) -> None:
    page = visit(visits, website, "/documentation/components/output/markdown")
    expect(page.locator(".katex").first).to_be_visible()
    expect(page.locator(".mermaid svg").first).to_be_visible()


def test_a_grid_is_rearranged_with_vue_3(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/components/layout/griddraggable")
    cards = page.locator(".vgl-item:not(.vgl-item--placeholder)")
    expect(cards).to_have_count(6)
    resulting = page.locator(".solara-markdown", has_text="Resulting layout")
    before = resulting.inner_text()
    card = cards.first
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 300, steps=8)
    page.mouse.up()
    expect(resulting).not_to_have_text(before)


def test_a_pivot_table_is_selected_in(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/documentation/components/data/pivot_table")
    cells = page.locator(".pivottable td.clickable")
    expect(cells.first).to_be_attached()
    cells.first.dispatch_event("click")
    expect(page.locator(".pivottable td.selected")).not_to_have_count(0)
