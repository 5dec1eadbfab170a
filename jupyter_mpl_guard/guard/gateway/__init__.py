"""Kernels behind a gateway: what has become of them, and what they need to know of their diaries."""
