"""Values and their bytes: of which kinds they are, what they hold, and code from cells."""
