"""What holds for the whole process and is no name's value: settings of libraries that cells have chosen."""
