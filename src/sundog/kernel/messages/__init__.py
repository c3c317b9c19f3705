"""What a kernel sends to its pages: one numbered log that every page reads at its own position."""
