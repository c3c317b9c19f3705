"""What is on the wire: messages and their encoding. No I/O."""
