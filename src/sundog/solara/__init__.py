"""All code that depends on Reacton or Solara.

`library.SolaraLibrary` is the component library of apps, `carry_over.ComponentState` keeps their
state over a reload, and `compat` has the modules that Solara apps import from their server.
"""
