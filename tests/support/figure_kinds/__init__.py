"""Cells that draw figures, one module for each family: `figure_cases` puts them together."""
