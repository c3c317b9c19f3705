"""One virtual kernel: one run of an app, with its widgets, messages, loop and pages."""
