"""Virtual kernels: identity, execution, comms, outgoing messages, lifetime."""
