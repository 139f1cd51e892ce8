"""What `init` does: from a repository to source roots, excludes and actions, and to the files that say so.

`repository.py` reads, `roots.py`, `modules.py`, `handlers.py` and `actions.py` look at what was read, `proposal.py`
traces and chooses, `texts.py` and `continuous.py` write texts, `files.py` puts them in place. Nothing of it is run.
"""
