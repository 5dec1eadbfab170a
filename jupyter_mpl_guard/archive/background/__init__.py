"""What nobody waits for: archiving what killed servers have left, and removing what is too old."""
