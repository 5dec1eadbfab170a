"""What clients ask for beside restores: something with one figure, or an answer to a question."""
