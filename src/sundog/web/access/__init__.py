"""Access control: who may connect to the server, and how often."""
