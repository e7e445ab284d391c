"""PowerPoint presentations (.pptx)."""
