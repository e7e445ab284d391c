"""PDF: words from the page, columns, tables and lines from where they stand, scans by OCR."""
