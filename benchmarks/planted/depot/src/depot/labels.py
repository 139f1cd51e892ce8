"""Labels of items."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


@cache
def words(path: Path) -> dict[str, str]:
    """The words of labels."""
    return json.loads(path.read_text(encoding="utf-8"))


class Labels:
    """What prints labels, by the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = words(folder / "words.json")

    def label(self, item: dict) -> str:
        """The label of an item."""
        return f"{self.words[item['kind']]} {item['sku']}"
