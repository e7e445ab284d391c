"""The Lance engine: datasets on a folder or on S3-compatible storage. Needs the extra `wellread[lance]`."""
