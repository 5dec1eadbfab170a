"""Work in the background: archiving what killed servers have left, and removing what is too old."""
