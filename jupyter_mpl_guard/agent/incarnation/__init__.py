"""One life of the kernel's process: what the agent consists of meanwhile, and the hooks by which it hears of it."""
