"""Which files of the store become one, and which entries stay: pure functions of sizes, days and keys."""

from __future__ import annotations

from code_path_audit.store.segment import HEAD, ROW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from code_path_audit.store.segment import Entry

_RATIO = 4
"""A file is rewritten together with newer ones once they reach a fourth of its size: so there are few files, each
at least four times as large as all newer ones together, and an entry is rewritten a few dozen times in its life."""

LARGE = 64 << 20
"""A file of more bytes is left as it is, until entries have to go: no commit takes long for the sake of order."""


def absorbed(sizes: Sequence[int], new: int, limit: int) -> int:
    """How many of the newest files are to be rewritten together with `new` bytes; `sizes` are the newest first.

    All of them, if together they exceed `limit`: then entries have to go.
    """
    if sum(sizes) + new > limit:
        return len(sizes)
    for count, size in enumerate(sizes):
        if size > min(_RATIO * new, LARGE):
            return count
        new += size
    return len(sizes)


def newest(sources: Iterable[Iterable[Entry]]) -> dict[bytes, Entry]:
    """Every entry by its key; of several, that of the first source, with the latest day of all."""
    entries: dict[bytes, Entry] = {}
    for source in sources:
        for entry in source:
            known = entries.setdefault(entry[0], entry)
            if known[2] < entry[2]:
                entries[entry[0]] = (known[0], known[1], entry[2])
    return entries


def kept(entries: dict[bytes, Entry], limit: int) -> list[Entry]:
    """The entries to keep, in the order of their keys: where all exceed `limit` bytes, three fourths of that.

    The latest used are kept; of those of one day, those that come first, so newer files' before older ones'.
    """
    found = list(entries.values())
    if HEAD + 8 + sum(len(data) + ROW for _, data, _ in found) > limit:
        # the sort is stable: what is newer stays in front
        found.sort(key=lambda entry: -entry[2])
        room = limit * 3 // 4 - HEAD - 8
        for count, (_, data, _) in enumerate(found):
            room -= len(data) + ROW
            if room < 0:
                del found[count:]
                break
    return sorted(found, key=lambda entry: entry[0])
