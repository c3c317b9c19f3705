"""Hooks into Python and other libraries, one file each, installed at start.

`core` hooks into Python itself and has the tools for all hooks; `widgets`, `ipython` and
`matplotlib` hook into these libraries; `libraries` has one file for each other library. Each file
gives the upstream reason, and `install` returns a function that undoes it.
"""
