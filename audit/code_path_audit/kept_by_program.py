"""What follows from the files of this program alone, kept by a store: made once on a machine, not in each process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from code_path_audit.fingerprint import fingerprint
from code_path_audit.store.pack import Store, digest

T = TypeVar("T")


def kept(
    store: Store | None, name: str, make: Callable[[], T], encode: Callable[[T], list[Any]], decode: Callable[[Any], T]
) -> T:
    """What `make` makes, from the store where it is there and whole. `encode` turns it into a list that JSON has,
    `decode` back, or fails with a LookupError, TypeError, ValueError or AttributeError where it is something else.

    It is written down at once: a copy of the process may end any time.
    """
    if store is None or not store.folder:
        return make()
    key = digest("of the program", name.encode(), fingerprint())
    found = _decoded(store.get(key), decode)
    if found is not None:
        return found[0]
    made = make()
    data = json.dumps(encode(made), separators=(",", ":"), default=dict).encode()
    again = _decoded(memoryview(data), decode)
    if again is not None and again[0] == made:
        writer = store.again()
        writer.put(key, data)
        writer.commit()
    return made


def _decoded(data: memoryview | None, decode: Callable[[Any], T]) -> tuple[T] | None:
    """In a tuple, so that it may be anything."""
    if data is None:
        return None
    try:
        found = json.loads(bytes(data))
        return (decode(found),) if isinstance(found, list) and found else None
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
