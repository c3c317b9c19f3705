"""The settings, by topic. Durations are seconds, sizes are bytes."""
