"""One virtual kernel: one run of an app, with its widgets, messages, loop and pages."""

from sundog.kernel.comm import WIDGET_TARGET, KernelComm
from sundog.kernel.current import current_kernel, require_kernel
from sundog.kernel.error_rate import ErrorRate
from sundog.kernel.errors import bounded, is_plumbing
from sundog.kernel.full_state import Need
from sundog.kernel.identity import Client
from sundog.kernel.kernel import VirtualKernel
from sundog.kernel.location import Location
from sundog.kernel.messages.outbox import Outbox
from sundog.kernel.messages.reader import Reader
from sundog.kernel.messages.retention import OutboxLimits
from sundog.kernel.page import Page
from sundog.kernel.request import NO_REQUEST, Request
from sundog.kernel.source_context import is_installed, is_syntax_error, type_name
from sundog.kernel.start import (
    StartCallback,
    StartCallbacks,
    on_kernel_start,
    run_now,
    start_callbacks,
)
from sundog.kernel.template_comm import TemplateComm
from sundog.kernel.values import Headers, Values, read_query

__all__ = [
    "NO_REQUEST",
    "WIDGET_TARGET",
    "Client",
    "ErrorRate",
    "Headers",
    "KernelComm",
    "Location",
    "Need",
    "Outbox",
    "OutboxLimits",
    "Page",
    "Reader",
    "Request",
    "StartCallback",
    "StartCallbacks",
    "TemplateComm",
    "Values",
    "VirtualKernel",
    "bounded",
    "current_kernel",
    "is_installed",
    "is_plumbing",
    "is_syntax_error",
    "on_kernel_start",
    "read_query",
    "require_kernel",
    "run_now",
    "start_callbacks",
    "type_name",
]
