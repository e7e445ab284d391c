"""Writers for the binary documents of the sample organisation, and their source texts."""
