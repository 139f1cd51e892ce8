"""Measurements on programs that nobody here wrote; each is one command: `python -m benchmarks.NAME`."""
