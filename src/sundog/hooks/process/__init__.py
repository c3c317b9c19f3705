"""Hooks into what Python keeps once per process: registrations, settings, child processes.

What an app's code registers or sets while it runs in a kernel belongs to that kernel and ends with
it. What is registered or set outside of kernels, as modules do when they are imported, is for all.
"""
