"""Runs the kernels' work on a few shared threads, one task at a time for each kernel."""

from sundog.scheduler.driver import DriveObserver, Driver, Engine
from sundog.scheduler.interrupts import raise_in
from sundog.scheduler.loop import KernelLoop
from sundog.scheduler.ticker import Ticker, Timer

__all__ = ["DriveObserver", "Driver", "Engine", "KernelLoop", "Ticker", "Timer", "raise_in"]
