"""What is wrong with plotting in this kernel, and how to mend it; it is found out only when somebody asks."""
