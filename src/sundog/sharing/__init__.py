"""`shared`: computes data that all users have in common once per process.

An app's code runs again for every page. A function decorated with `shared` does not: the first page
that calls it computes the result, the others wait for it, and all get the same object::

    @shared
    def load_table() -> pandas.DataFrame:
        return pandas.read_parquet("sales.parquet")

A function is identified by its file, its name, its code and the code of the app that it uses, so
the copies of it that the runs of a script make are one function. The classes that it uses are the
same in all kernels (`classes`), as far as they hold no state (`analysis`).
"""

from sundog.sharing.decorator import Shared, shared

__all__ = ["Shared", "shared"]
