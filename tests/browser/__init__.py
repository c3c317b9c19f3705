"""Apps in a real Chromium, served by real server processes."""
