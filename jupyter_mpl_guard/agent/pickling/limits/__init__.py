"""Limits of pickling: how much it may take, and what may run meanwhile."""
