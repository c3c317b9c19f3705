"""One server process: its sockets, its event loop, its start and its end."""

from sundog.app.program import Program
from sundog.server.program import starter
from sundog.server.shutdown import divide, exit_within
from sundog.server.worker import Server, StartProgram

__all__ = ["Program", "Server", "StartProgram", "divide", "exit_within", "starter"]
