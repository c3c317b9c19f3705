"""`shared`: computes data that all users have in common once per process.

An app's code runs again for every page. A function decorated with `shared` does not: the first page
that calls it computes the result, the others wait for it, and all get the same object::

    @shared
    def load_table() -> pandas.DataFrame:
        return pandas.read_parquet("sales.parquet")

A function is identified by its file, name and code, and by the app's code that it uses, so its
copies in all runs of a script are one function. The classes that it uses are the same in all
kernels (`classes`), if they have no state (`analysis`).
"""

from sundog.sharing.decorator import Shared, shared

__all__ = ["Shared", "shared"]
