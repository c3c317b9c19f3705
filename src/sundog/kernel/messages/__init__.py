"""Messages from a kernel to its pages: one numbered log, which every page reads at its position."""
