"""PowerPoint 97-2003 presentations."""
