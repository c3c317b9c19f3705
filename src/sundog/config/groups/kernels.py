"""The number of kernels, and how long they live."""

from dataclasses import dataclass
from typing import Annotated

from sundog.config import values
from sundog.config.meta import Meta


@dataclass(frozen=True, kw_only=True)
class KernelSettings:
    """The number of kernels, and how long they live."""

    kernel_cull_timeout: Annotated[
        float,
        Meta(
            values.duration(),
            "how long a disconnected kernel waits for its page",
            shared=True,
        ),
    ] = 86400.0
    kernel_max_count: Annotated[
        int | None,
        Meta(
            values.automatic(values.integer(1, optional=True)),
            "the maximum number of kernels; auto allows one per 512 KiB of the machine's or"
            " container's memory, and any number in development",
            shared=True,
        ),
    ] = values.AUTO
    kernel_max_per_session: Annotated[
        int | None,
        Meta(
            values.integer(1, optional=True),
            "the maximum number of kernels per browser",
            shared=True,
        ),
    ] = 100
    dry_run_timeout: Annotated[
        float,
        Meta(
            values.duration(),
            "how long the server waits at start for the app's dry run, or four seconds once the app"
            " shows something; then it is ready, and pages run the app themselves; 0 waits without"
            " a limit",
        ),
    ] = 30.0
    kernel_threads: Annotated[
        str,
        Meta(
            values.choice("pool", "own"),
            "pool: kernels share threads, and a kernel that creates an object bound to a thread"
            " keeps its thread; own: each kernel has its own thread from the start",
        ),
    ] = "pool"
    kernel_prewarm: Annotated[
        int,
        Meta(
            values.integer(0, 1000),
            "how many kernels run the app in advance for the next pages; production only, and not"
            " for apps that read the request or session before they are shown",
        ),
    ] = 0
    kernel_prewarm_age: Annotated[
        float,
        Meta(
            values.duration(),
            "how long a prewarmed kernel waits for a page before it is replaced; 0 keeps it without"
            " a limit",
        ),
    ] = 600.0
    memory_limit: Annotated[
        int | None,
        Meta(
            values.automatic(values.optional_size()),
            "the server's memory limit, such as 2GiB; auto is 85 % of the machine's or container's"
            " memory, and no limit in development. Above it, disconnected kernels end, the longest"
            " disconnected first; if there are none, new kernels are refused (Linux)",
        ),
    ] = values.AUTO
