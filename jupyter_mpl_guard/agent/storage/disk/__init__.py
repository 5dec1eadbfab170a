"""Files and folders themselves: who may have put them there, when they are on the disk, and who holds them."""
