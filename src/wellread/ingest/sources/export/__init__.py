"""What exports have in common: files of records, read as a stream, of which a damaged one removes nothing."""
