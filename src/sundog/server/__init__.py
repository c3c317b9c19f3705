"""One server process: its sockets, its event loop, its start and its end."""

from sundog.app import Program
from sundog.server.program import StartProgram, starter
from sundog.server.server import Server
from sundog.server.shutdown import divide, exit_within

__all__ = ["Program", "Server", "StartProgram", "divide", "exit_within", "starter"]
