"""Runs an app: once at the start (`dry_run`), then once for every kernel (`runner`, `run`)."""
