"""Which values may have changed since they were saved, and having these saved."""
