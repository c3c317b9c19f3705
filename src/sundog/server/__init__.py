"""One server process: its sockets, event loop, start and stop."""

from sundog.app import Program
from sundog.server.program import StartProgram, starter
from sundog.server.server import Server
from sundog.server.shutdown import divide, exit_within

__all__ = ["Program", "Server", "StartProgram", "divide", "exit_within", "starter"]
