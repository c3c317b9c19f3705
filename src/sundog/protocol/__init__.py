"""The messages of the wire protocol and their encoding. No I/O."""
