"""One file to plain data.

`extract` is the way in, `model` and `code` are what comes out. A `builder` holds one function in the making; `reading`
reads any node by the tables in `expressions` and `statements`, and the other modules hold what those tables name.
"""
