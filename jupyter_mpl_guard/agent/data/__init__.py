"""What cells stand on: imports, code from cells and data, saved without running anybody's code."""
