from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import yaml


@dataclass
class Config:
    base: Path
    shops: list[str] = field(default_factory=list)
    bucket: str = "sales"
    url: str = "https://shops.example.org"

    @cached_property
    def rates(self) -> dict[str, float]:
        return yaml.safe_load((self.base / "rates.yaml").read_text())


@cache
def load_config(path: Path) -> Config:
    data = yaml.safe_load(path.read_text())
    return Config(path.parent, **data)
