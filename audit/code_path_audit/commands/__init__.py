"""What the command line offers, a file a command: its arguments, and a function from them to what is printed.

Each file has `parser()` and `run(options)`. They import what they run when they run it: help and usage errors are
cheap.
"""
