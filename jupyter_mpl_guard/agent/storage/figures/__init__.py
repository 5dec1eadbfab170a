"""What the list of saved figures says, and its form on the disk: no input or output."""
