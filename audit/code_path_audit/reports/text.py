"""Names and numbers as people read them, safe in Markdown and on a terminal whatever a repository calls its things.

`code` and `prose` escape for GitHub-flavoured Markdown, also inside a table's cell: what they return is one line,
opens no element but code, and holds no `|`. Control, bidirectional and unpaired surrogate characters are shown as
`\\u202e`.
"""

import re
from collections.abc import Iterable, Sequence

MAX_NAME = 160
"""Characters of a name that a report shows; a longer one loses its middle. JSON keeps all of it."""
MAX_PROSE = 800
"""Characters of a sentence that a report shows, likewise."""

TIMES = "\N{MULTIPLICATION SIGN}"
"""Stands before how often something runs."""

MARKS = {"certain": "", "likely": "?", "possible": "??"}
"""Stands after what is called, or after a function of a path, where the call, or the next one, is not certain."""

_PLAIN_CODE = re.compile(r"[^`|\\\s]+(?: [^`|\\\s]+)*")
_MARKUP = frozenset("\\`*[]<>|~&$@#!{}^")


def marks_told(evidence: Iterable[str]) -> str:
    """What the marks mean that stand for these: "? likely, not certain"; "" where all is certain."""
    found = set(evidence)
    words = {"likely": "likely, not certain", "possible": "only possible: in no load"}
    return "; ".join(f"{MARKS[word]} {text}" for word, text in words.items() if word in found)


def possible_told(count: int) -> str:
    """That calls are only possible, and how to see them."""
    are = "calls are" if count != 1 else "call is"
    return f"{count:,} more {are} only possible: --evidence possible follows {'them' if count != 1 else 'it'}"


MOST_LIBRARIES = 3
"""Libraries of which something is missing that are named; how many more there are is said."""


def unmodelled_told(libraries: Sequence[tuple[str, int]]) -> str:
    """Which libraries would need a model, by how many edges, and what makes one."""
    edges = sum(count for _, count in libraries)
    are = "edges are" if edges != 1 else "edge is"
    return (
        f"{edges:,} {are} guessed at libraries without a model ({_first(libraries)}): "
        "code-path-audit libraries reads what is installed"
    )


def unweighed_told(libraries: Sequence[tuple[str, int]]) -> str:
    """Which libraries weigh nothing because nothing is known of them, by calls, and what would say it."""
    calls = sum(count for _, count in libraries)
    return (
        f"{counted(calls, 'call')} of libraries that nothing is known of {'count' if calls != 1 else 'counts'} as free "
        f"({_first(libraries)}): give them a rule, or record a run"
    )


def _first(libraries: Sequence[tuple[str, int]]) -> str:
    """The first of some libraries with their numbers, and how many more there are."""
    more = len(libraries) - MOST_LIBRARIES
    named = [f"{name} {count:,}" for name, count in libraries[:MOST_LIBRARIES]]
    return ", ".join([*named, *([f"{more:,} more"] if more > 0 else [])])


def visible(text: str, width: int = MAX_NAME) -> str:
    """One line of `text`: whitespace becomes single spaces, what does not print is shown by its number."""
    line = shortened(" ".join(text.split()), width)
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in line)


def shortened(text: str, width: int) -> str:
    """`text` in at most `width` characters, its middle left out where it is longer."""
    if len(text) <= width:
        return text
    half = (width - 3) // 2
    return text[: width - 3 - half] + "..." + text[len(text) - half :]


def code(text: str) -> str:
    """`text` as inline code. An empty text is an empty string, for there is no empty code span."""
    shown = visible(text)
    if _PLAIN_CODE.fullmatch(shown) and "##" not in shown:  # no command of a runner, where a report is printed
        return f"`{shown}`"
    # no code span can hold these in a table's cell for every renderer, so the element is spelled out
    return f"<code>{''.join(c if c.isalnum() or c == ' ' else f'&#{ord(c)};' for c in shown)}</code>" if shown else ""


def prose(text: str) -> str:
    """`text` as ordinary words: nothing in it is markup, a link, a mention, the start of a list or a command."""
    shown = visible(text, MAX_PROSE)
    return "".join(_escape(shown, index) for index in range(len(shown)))


def _escape(text: str, index: int) -> str:
    char = text[index]
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if char in _MARKUP or (char == "_" and not (before.isalnum() and after.isalnum())):
        return f"&#{ord(char)};"
    # "::" begins a command of GitHub's runner, where somebody prints the file
    starts = char in "-+=:" if index == 0 else char in ".)" and after in {"", " "} and text[:index].isdigit()
    links = (char == ":" and after == "/") or (char == "." and text[max(0, index - 3) : index].lower() == "www")
    return f"&#{ord(char)};" if starts or links else char


def table(header: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table; `align` has "l" or "r" for each column, cells are escaped already."""
    rule = ("---:" if side == "r" else "---" for side in align)
    return [f"| {' | '.join(cells)} |" for cells in (header, list(rule), *rows)]


def at_most(number: int, lines: Sequence[str], rest: str) -> list[str]:
    """The first `number` lines, and where there are more, a paragraph that says how many and where the rest is."""
    more = len(lines) - number
    return [*lines[:number], "", f"… {more:,} more {rest}"] if more > 0 else list(lines)


def thousands(count: int) -> str:
    """A count: "1,234,567"."""
    return f"{count:,}"


def rounded(amount: float) -> int:
    """A whole number with no more digits than are known of it: two."""
    return round(round(amount, min(2 - len(str(int(abs(amount)))), 0)))


def duration(load: int) -> str:
    """A load of a calibrated model as time, one unit being a nanosecond, to two digits: "1.2 ms", "980 ns"."""
    amount, unit = float(load), "s"
    for smaller in ("ns", "µs", "ms"):
        if abs(amount) < 995:
            unit = smaller
            break
        amount /= 1000
    return f"{round(amount, 1):g} {unit}" if abs(amount) < 9.95 else f"{rounded(amount):,} {unit}"


def uncalibrated(names: Sequence[str], calibrated: bool) -> str:
    """Which classes a reader should not take for times; "" where none is, or where no weight is shown as one."""
    return f"not calibrated, so no more than a guess: {', '.join(names)}" if calibrated and names else ""


def quantity(load: int, calibrated: bool) -> str:
    """A load in a sentence: "about 1.2 ms" once the model is calibrated, "about 1,200,000 units" before."""
    return f"about {brief(load, calibrated)}" if load else brief(load, calibrated)


def brief(load: int, calibrated: bool) -> str:
    """A load where there is no room for a sentence, to two digits: "1.2 ms", "1,200,000 units"."""
    return duration(load) if calibrated else f"{rounded(load):,} units"


UNITS = {
    "file_io": "bytes", "network": "bytes", "ast_parse": "bytes",
    "json_io": "nodes", "pickle": "nodes", "deep_copy": "nodes",
}  # fmt: skip
"""What the sizes of a class of work count; of other classes nothing is said."""

KNOWN = ("literal", "file", "constant")
"""Where a size is from that is exact."""


def sized(size: float, source: str, base_class: str) -> str:
    """How much an op handles, and how that is known: "about 4,000 bytes (assumed)", "12 nodes (literal)"."""
    unit = f" {UNITS[base_class]}" if base_class in UNITS else ""
    return f"{size:,g}{unit} ({source})" if source in KNOWN else f"about {rounded(size):,}{unit} ({source})"


def share(part: int, whole: int) -> str:
    """`part` of `whole` in percent: "35%", "under 1%"; "" of nothing."""
    if whole <= 0:
        return ""
    percent = 100 * part / whole
    return "under 1%" if 0 < percent < 1 else f"{percent:.0f}%"


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 op", "2 ops", "3 classes"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
