"""One life of the kernel's process: the parts of the agent meanwhile, and the hooks that notify them."""
