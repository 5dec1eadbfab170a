"""What clients ask for that concerns one figure."""
