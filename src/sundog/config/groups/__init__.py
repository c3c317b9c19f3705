"""The settings, by what they are about. Durations are seconds, sizes are bytes."""
