"""Capture plotting settings as data, and restore them."""
