"""How long tests wait for what must come: so much longer than it takes that a hesitating machine
fails none of them."""

from __future__ import annotations

# Seconds.
PATIENCE = 30.0
