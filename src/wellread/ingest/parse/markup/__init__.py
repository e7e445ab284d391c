"""Languages that people mark texts up in, one file or folder each."""
