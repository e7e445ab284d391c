"""Objects of a bucket in S3-compatible storage."""
