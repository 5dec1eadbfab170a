"""When a restore happens, and what one restore does."""
