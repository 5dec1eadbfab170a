"""Requests for one figure: close, draw and export it, and keep its picture."""
