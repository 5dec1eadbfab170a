"""The picklers of figures, and how they reduce the objects of a figure."""
