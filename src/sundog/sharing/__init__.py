"""`shared`: what all users of an app have in common is computed once per process.

An app's code is executed anew for every page. A function under `shared` is not: whichever page
calls it first computes the result, the others wait for it, and all get the same object::

    @shared
    def load_table() -> pandas.DataFrame:
        return pandas.read_parquet("sales.parquet")

A function is identified by its file, its name, its code and the code of the app that it uses, so
the copies of it that the runs of a script make are one function. The classes that it uses are the
same in all kernels (`classes`), as far as they hold no state (`analysis`).
"""

from sundog.sharing.decorator import Shared, shared

__all__ = ["Shared", "shared"]
