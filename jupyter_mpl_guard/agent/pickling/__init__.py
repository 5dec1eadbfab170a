"""Figures as bytes and back."""
