"""What was computed before, kept in the user's cache folder: bytes by digest. `pack.open_store` is the way in.

It is on the path of a check that has nothing to do, so nothing here imports more than the interpreter has loaded, or
loads in well under a millisecond; `contextlib` and `typing` alone would cost more than the whole store.
"""
