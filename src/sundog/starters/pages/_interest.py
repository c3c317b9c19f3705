"""Code that the pages share. Files whose names start with an underscore are not pages."""


def after(years: int, deposit: float, rate: float) -> float:
    """Return the savings from a monthly deposit after some years, at a yearly rate in percent."""
    saved = 0.0
    for _ in range(years):
        saved = (saved + 12 * deposit) * (1 + rate / 100)
    return saved
