"""What is replaced in other libraries comes back as it was."""

from __future__ import annotations

from sundog.hooks.core.replaced import Replaced


class Base:
    size = 1


class Derived(Base):
    @staticmethod
    def name() -> str:
        return "own"


def test_own_attributes_come_back_and_inherited_ones_show_again() -> None:
    before = dict(vars(Derived))
    with Replaced() as replaced:
        replaced.set(Derived, "name", staticmethod(lambda: "another"))
        replaced.set(Derived, "size", 2)
        assert (Derived.name(), Derived.size) == ("another", 2)
    assert (Derived.name(), Derived.size) == ("own", 1)
    assert dict(vars(Derived)) == before


def test_the_last_is_put_back_first() -> None:
    with Replaced() as replaced:
        for size in (2, 3):
            replaced.set(Base, "size", size)
    assert Base.size == 1
