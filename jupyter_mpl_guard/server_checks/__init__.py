"""What only the server can diagnose: which notebooks share a kernel, and what its pages are made of."""
