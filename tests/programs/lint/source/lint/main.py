import ast
import re
from pathlib import Path
from typing import Iterator

from lint import checks, reporters
from lint.base import Check, Finding

MARK = re.compile(r"#\s*lint:\s*(\w+)=(\w+)")
assert checks


def check_files(folder: str, reporter: str = "text") -> str:
    found = []
    for path in files(Path(folder)):
        found += sorted(findings(path.read_text()), key=order)
    return reporters.make(reporter).render(found)


def check_text(text: str, select: list[str]) -> list[str]:
    return [str(finding) for finding in findings(text, select) if finding.is_error or select]


def files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from files(path)
        elif path.suffix == ".py":
            yield path


def findings(text: str, select: list[str] | None = None) -> Iterator[Finding]:
    tree = ast.parse(text)
    options = read_options(text)
    for check in chosen(select):
        yield from check(options).run(tree)


def chosen(select: list[str] | None) -> Iterator[type[Check]]:
    for code, check in Check.registry.items():
        if select is None or code in select:
            yield check


def read_options(text: str) -> dict[str, int]:
    options: dict[str, int] = {}

    def note(found: re.Match[str]) -> str:
        options[found[1]] = number(found[2])
        return ""

    MARK.sub(note, text)
    return options


def number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def order(finding: Finding) -> tuple[int, str]:
    return finding.line, finding.code


def main() -> None:
    print(check_files("."))


if __name__ == "__main__":
    main()
