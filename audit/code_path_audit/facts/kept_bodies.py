"""The bodies of a module that were read from its text, as bytes: who opens them need not read the text again.

    line 1      "code-path-audit bodies", versions as facts have them, size of the head, checksum of the rest
    head        JSON, one line: the index of each function, and the size of its body
    bodies      JSON, one behind the other, as facts have those that are kept without a text

They are of one content of a file: lines count. Whether they are there or not, the facts are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from code_path_audit.facts.codec import MAGIC, Functions, body_bytes, framed, loads, unframed
from code_path_audit.facts.header import dump
from code_path_audit.facts.module import ModuleFacts

_MAGIC = MAGIC.replace(b"facts", b"bodies", 1)


def bodies_read(facts: ModuleFacts) -> bytes:
    """The bodies that were read, of all functions that are kept as text; b"" where none was read from a text since the
    facts were opened."""
    functions = facts.functions
    if not isinstance(functions, Functions) or not functions.is_text_read:
        return b""
    read = {
        index: body_bytes(found.body)
        for index, found in enumerate(functions.made)
        if found is not None and found.is_read and functions.texts[index] != "-"
    }
    for index, data in (functions.kept or {}).items():
        read.setdefault(index, bytes(data))
    head = dump([[index, len(data)] for index, data in sorted(read.items())])
    return framed(_MAGIC, head, [data for _, data in sorted(read.items())])


def open_bodies(data: bytes) -> Mapping[int, memoryview]:
    """What `bodies_read` gave, by the index of the function. ValueError for anything else."""
    size, rest = unframed(_MAGIC, data)
    try:
        rows = loads(rest[:size])
        places = list(accumulate([length for _, length in rows], initial=size))
        if places[-1] != len(rest) or not all(type(index) is int and length >= 0 for index, length in rows):
            raise ValueError("bodies of a wrong shape")
        return {index: rest[places[row] : places[row + 1]] for row, (index, _) in enumerate(rows)}
    except (TypeError, IndexError) as error:
        raise ValueError(f"bodies of a wrong shape: {type(error).__name__}: {error}") from None
