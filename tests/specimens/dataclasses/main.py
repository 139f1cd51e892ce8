from dataclasses import dataclass
from typing import Callable


def work():
    return 1


@dataclass
class Job:
    action: Callable

    def __post_init__(self):
        self.done = False

    def run(self):
        return self.action()


Job(work).run()
