"""Finds, compiles and runs apps.

`opener` loads what is asked for and runs it once; what it returns is a `Program`, which runs for
each kernel that `host` makes. Its kinds are in `running` (a script, a notebook, a text), `site` (a
folder of pages), `component_site` (pages of a component library) and `mounts` (several apps).
"""

from sundog.app.page_info import Link, PageInfo
from sundog.app.program import Program, RunningPage

__all__ = ["Link", "PageInfo", "Program", "RunningPage"]
