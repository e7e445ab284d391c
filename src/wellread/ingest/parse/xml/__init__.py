"""XML: articles, books, feeds and data, and the reading of XML for all formats made of it."""
