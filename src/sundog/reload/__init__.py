"""Development: changed code replaces the running code while pages stay open.

`watcher` and `files` find changes, `reloader` runs the changed app, `replacements` replaces the
kernels of the old code, and `values` keeps what users have entered.
"""
