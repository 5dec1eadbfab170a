"""Plotting settings as data: captured, and put in force again."""
