"""What single components of solara-ui do, on the pages that show them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.servers import AppServer
from tests.browser.visits import Visits

WIDE = {"width": 1400, "height": 900}


def visit(visits: Visits, website: AppServer, path: str) -> Page:
    return visits.open(website.url + "/documentation" + path, viewport=WIDE)


def test_what_was_memoized_is_there_at_once(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/api/utilities/memoize")
    expect(page.get_by_text("Square of 5 is 25")).to_be_attached()
    # The cache is of all users: the next one does not wait for three seconds.
    other = visit(visits, website, "/api/utilities/memoize")
    other.evaluate(
        """() => {
            window.ran = false;
            new MutationObserver(() => {
                window.ran ||= document.body.innerText.includes('Running...');
            }).observe(document.body, {childList: true, subtree: true, characterData: true});
        }"""
    )
    expect(other.get_by_text("Square of 5 is 25")).to_be_attached()
    slider = other.get_by_role("slider").last
    slider.press("ArrowRight")
    expect(other.get_by_text("Square of 6 is 36")).to_be_attached()
    assert other.evaluate("window.ran")
    other.evaluate("window.ran = false")
    slider.press("ArrowLeft")
    expect(other.get_by_text("Square of 5 is 25")).to_be_attached()
    assert not other.evaluate("window.ran")


def test_a_table_is_shown(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/components/data/dataframe")
    expect(page.locator("table tbody tr").first).to_contain_text("setosa")


def test_a_chart_of_echarts_follows_its_option(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/components/viz/echarts")
    canvas = page.locator(".solara-content-main canvas").first
    expect(canvas).to_be_attached()
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("button", name="pie").dispatch_event("click")
    page.wait_for_function(
        "([before]) => document.querySelector('.solara-content-main canvas')"
        ".toDataURL() !== before",
        arg=[before],
    )


def test_figures_are_drawn(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/components/viz/matplotlib")
    figure = page.locator(".solara-content-main img, .solara-content-main svg").first
    expect(figure).to_be_attached()
    charts = visit(visits, website, "/components/viz/altair")
    expect(charts.locator(".vega-embed svg, .vega-embed canvas").first).to_be_attached()
    plots = visit(visits, website, "/components/viz/plotly")
    expect(plots.locator(".js-plotly-plot .main-svg").first).to_be_attached()


def test_styles_titles_and_heads_are_the_pages(visits: Visits, website: AppServer) -> None:
    page = visit(visits, website, "/components/advanced/style")
    button = page.locator(".mybutton")
    expect(button).to_have_css("background-color", "rgb(255, 152, 0)")
    page.get_by_role("checkbox", name="Use CSS").dispatch_event("click")
    expect(button).not_to_have_css("background-color", "rgb(255, 152, 0)")
    titled = visit(visits, website, "/components/page/title")
    expect(titled).to_have_title("Custom title!")
    titled.get_by_role("button", name="Different custom title").dispatch_event("click")
    expect(titled).to_have_title("Different custom title")


def test_sliders_filter_what_others_show(visits: Visits, website: AppServer) -> None:
    path = "/api/cross_filter/cross_filter_slider"
    pages = [visit(visits, website, path) for _ in range(2)]
    for page in pages:
        # At first, no income is below the least one.
        expect(page.get_by_role("heading", name="0 / 1,704")).to_be_attached()
        page.get_by_role("slider").last.press("End")
        expect(page.get_by_role("heading", name="1,702 / 1,704")).to_be_attached()
    pages[0].get_by_role("slider").first.press("End")
    expect(pages[0].get_by_role("heading", name="0 / 1,704")).to_be_attached()
    # Each page has filters of its own.
    expect(pages[1].get_by_role("heading", name="1,702 / 1,704")).to_be_attached()


# Clicks as soon as the styles are there, which is before the widget that holds them is mounted.
CLICK_AT_ONCE = """
new MutationObserver(() => {
    const styles = [...document.querySelectorAll('style')];
    const box = document.querySelector('input[aria-label="Use CSS"]');
    if (box && !window.clicked && styles.some(s => s.textContent.includes('solara-style-'))) {
        window.clicked = true;
        setTimeout(() => box.click());
    }
}).observe(document, {childList: true, subtree: true});
"""


def test_styles_go_although_their_widget_was_never_mounted(
    visits: Visits, website: AppServer
) -> None:
    page = visits.open(website.url, viewport=WIDE)
    page.add_init_script(CLICK_AT_ONCE)
    page.goto(website.url + "/documentation/components/advanced/style")
    page.wait_for_function("window.clicked")
    expect(page.get_by_role("checkbox", name="Use CSS")).not_to_be_checked()
    expect(page.locator(".mybutton")).not_to_have_css("background-color", "rgb(255, 152, 0)")
