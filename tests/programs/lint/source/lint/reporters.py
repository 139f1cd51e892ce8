import abc
import json
from typing import Iterable

from lint.base import Finding


class Reporter(abc.ABC):
    def __init__(self) -> None:
        self.count = 0

    def render(self, findings: Iterable[Finding]) -> str:
        return self.join([self.counted(finding) for finding in findings])

    def counted(self, finding: Finding) -> str:
        self.count += 1
        return self.one(finding)

    @abc.abstractmethod
    def one(self, finding: Finding) -> str: ...

    @abc.abstractmethod
    def join(self, parts: list[str]) -> str: ...


class TextReporter(Reporter):
    def one(self, finding: Finding) -> str:
        return str(finding)

    def join(self, parts: list[str]) -> str:
        return "\n".join(parts)


class ColorReporter(TextReporter):
    def one(self, finding: Finding) -> str:
        text = super().one(finding)
        return f"\x1b[31m{text}\x1b[0m" if finding.is_error else text


class JsonReporter(Reporter):
    def one(self, finding: Finding) -> str:
        return json.dumps(finding._asdict())

    def join(self, parts: list[str]) -> str:
        return f"[{','.join(parts)}]"


class QuietReporter(Reporter):
    """Asked for by no name."""

    def one(self, finding: Finding) -> str:
        return ""

    def join(self, parts: list[str]) -> str:
        return str(self.count)


REPORTERS: dict[str, type[Reporter]] = {
    "text": TextReporter,
    "color": ColorReporter,
    "json": JsonReporter,
}


def make(name: str) -> Reporter:
    return REPORTERS.get(name, TextReporter)()
