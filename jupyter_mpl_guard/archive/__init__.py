"""What outlives a kernel, by notebook."""
