"""Figures: found, followed, saved, offered and restored."""
