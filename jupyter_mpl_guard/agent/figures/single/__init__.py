"""What is done with one figure on request: it is closed, drawn, exported; and its picture is kept."""
