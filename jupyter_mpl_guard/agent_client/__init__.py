"""Talking to the agent of a kernel."""
