"""What Sundog replaces in Python and in other libraries, one file each, installed at startup.

`core` holds what is replaced in Python itself and what all hooks are built with; `widgets`,
`ipython` and `matplotlib` hold what is replaced in these; `libraries` holds one file for each
other library. Each file gives the upstream reason, and `install` returns what undoes it.
"""
