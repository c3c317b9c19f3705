"""All kernels of one worker process: their owners, lifetimes and limits."""

from sundog.registry.attachment import KERNEL_ENDED, SERVER_RESTARTS, Attachment
from sundog.registry.capacity import Capacity, MemoryWatch, RegistryLimits, Share, WholeShare
from sundog.registry.prewarm import Prewarmed
from sundog.registry.registry import Registry

__all__ = [
    "KERNEL_ENDED",
    "SERVER_RESTARTS",
    "Attachment",
    "Capacity",
    "MemoryWatch",
    "Prewarmed",
    "Registry",
    "RegistryLimits",
    "Share",
    "WholeShare",
]
