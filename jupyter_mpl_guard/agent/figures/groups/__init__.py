"""Figures that have to be saved together."""
