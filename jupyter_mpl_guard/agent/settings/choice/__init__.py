"""Whose choice each setting is: only what cells have chosen is carried over a restart."""
