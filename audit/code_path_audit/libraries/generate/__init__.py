"""Models read off the source of libraries: each parameter is a symbol, and what becomes of it is written down."""
