"""What kernels behind a gateway leave there: how it is signed, and which kernel may take it over."""
