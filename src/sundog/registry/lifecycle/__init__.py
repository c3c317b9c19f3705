"""The states of kernels and pages, and the function that changes them. No I/O, no clock."""
