"""What the source of a cell refers to, and which names a cell has bound: what the other rooms ask of cells."""
