"""The plot state of this kernel: what it says, written down and published."""
