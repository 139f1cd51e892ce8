"""One file to plain data."""
