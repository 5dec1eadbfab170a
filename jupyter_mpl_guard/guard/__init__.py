"""Kernels that are alive: what is restored when, and who has to wait for it."""
