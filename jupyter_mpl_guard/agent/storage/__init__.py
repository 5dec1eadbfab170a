"""What is on disk; without Matplotlib and IPython, shared with the server."""
