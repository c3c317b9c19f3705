"""Everything that knows Reacton or Solara.

`library.SolaraLibrary` is the component library of apps, `carry_over.ComponentState` keeps their
state over a reload, and `compat` holds what existing Solara apps import of their server.
"""
