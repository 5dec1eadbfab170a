"""What of a diagnosis only the server can know: which notebooks share a kernel, and what its pages are made of."""
