"""What is saved of data: a log, what it says, and its entries."""
