"""Apps made of Solara or Reacton components."""
