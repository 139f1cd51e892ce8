"""A file that a change touched, as bytes."""

from __future__ import annotations

from typing import NamedTuple


class Edited(NamedTuple):
    """A file that a change touched, with its bytes on both sides: b"" where it is not."""

    path: str
    before: bytes
    now: bytes
