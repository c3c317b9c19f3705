"""Apps of several pages: folders and packages.

`loader` reads a folder (`tree`) and runs each page once; `site` is the result, and `view` shows it
to one kernel.
"""
