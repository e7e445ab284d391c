"""Word documents (.docx), also as one XML file."""
