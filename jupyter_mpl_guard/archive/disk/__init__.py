"""What is known of whole folders: which server holds them, and since when they are of no use."""
