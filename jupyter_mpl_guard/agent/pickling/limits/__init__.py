"""How much pickling may take, and what may run meanwhile."""
