"""Finding passages: the Index protocol and the engines behind it."""
