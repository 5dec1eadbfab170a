"""What holds for the whole process and is no name's value: extensions, magics, settings of libraries."""
