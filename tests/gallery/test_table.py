"""The committed table says what the gallery's tests hold true."""

import pytest

from tests.gallery.table import GALLERY, committed, expected, libraries, row


def test_the_table_is_up_to_date(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--write-widgets-table"):
        pytest.skip("it is being written")
    rows = [row(library, expected(library)) for library in libraries()]
    assert committed() == rows, (
        "run `scripts/test tests/gallery --write-widgets-table`, with the file of the library"
    )


def test_every_page_of_the_gallery_is_tested() -> None:
    pages = {path.name for path in GALLERY.glob("[1-9]*.*")}
    assert pages == {library.page for library in libraries()}
