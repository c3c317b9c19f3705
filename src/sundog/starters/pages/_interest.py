"""What the pages share. Names that begin with an underscore are no pages."""


def after(years: int, deposit: float, rate: float) -> float:
    """Return what a monthly deposit has become after some years, at a yearly rate in percent."""
    saved = 0.0
    for _ in range(years):
        saved = (saved + 12 * deposit) * (1 + rate / 100)
    return saved
