"""Kernels that are alive: what is restored when, and what has to wait for it."""
