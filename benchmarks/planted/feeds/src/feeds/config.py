"""What the user set."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml


@dataclass
class Config:
    feeds: list[str]
    database: str
    pages: str = "pages"
    words: dict[str, str] = field(default_factory=dict)

    def describe(self):
        return f"{len(self.feeds)} feeds in {self.database}"


def load_config(path):
    data = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Config(data["feeds"], data["database"], data.get("pages", "pages"), data.get("words", {}))
