from dataclasses import dataclass


@dataclass
class Base:
    size: int = 0

    def __post_init__(self):
        self.check()

    def check(self):
        return self.size


class Config(Base):
    def __init__(self, size):
        super().__init__(size)


Config(1)
