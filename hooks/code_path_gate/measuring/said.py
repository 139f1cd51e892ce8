"""What the texts of some modules say, for whoever asks whether they may load what no import names.

A word counts as the compiler reads it: in the file's encoding, and in letters that stand for the same name. A name also
counts as said where constants put together spell it, since `getattr` takes those.
"""

from __future__ import annotations

import ast
import codecs
import re
import string
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from code_path_audit.callgraph.frameworks.loading import RENDERING
from code_path_gate.measuring.file_names import beginnings, can_name, pieces_of

LOADERS = re.compile(
    rb"\b(?:__import__|import_\w+|load_\w*module\w*|iter_modules|walk_packages|run_module|run_path|exec|eval"
    rb"|symbol_by_name|resolve|resolve_name|locate|modules|getmodule|reload|ModuleType|module_from_spec|exec_module)\b"
)
"""What loads modules under names that the source need not hold; as the shipped tables have it, and more."""

SPELLED = ("__import__", "import_module", "import_string", "load_module", "run_module", "run_path", "resolve_name",
           "iter_modules", "walk_packages", "modules", "exec_module", "module_from_spec", "eval", "exec")  # fmt: skip
"""Those of them that constants may spell in parts."""

CUTTING = re.compile(rb"\.\s{0,9}(?:[lr]?strip|r?split|r?partition|replace|remove(?:prefix|suffix))\b")
"""Methods whose result the solver knows, of a constant text, and that leave less than the text or other signs in it."""

CUT_BY = re.compile(
    rb"""(?x) \.\s{0,9}
    (?: (?P<strips>[lr]?strip) | r?split | r?partition | (?P<replaces>replace) | remove(?:prefix|suffix) )
    \s{0,9}\(\s{0,9} (?: \) | (?P<keyword>\w{1,50})\s{0,9}=(?!=)
    | [bBuU]? (?P<by> "(?:[^"\\\n]|\\[nrtfv\\'"]){1,200}" | '(?:[^'\\\n]|\\[nrtfv\\'"]){1,200}' | None) \s{0,9}[,)] )"""
)
"""A call of such a method, and the text that it cuts at, where it stands there; nothing, or `None`, stands for blanks.
That of a text has no keywords for it: a date is replaced so."""

EVALUATED, WORD = re.compile(rb"\b(?:eval|exec)\b"), re.compile(r"[\w.]+")
"""What runs a text, and what may be a name in it."""

FRAMEWORK = re.compile(rb"\b(?:%s)\b|(?:Field|Key)\b" % "|".join(RENDERING).encode())
"""What may make a framework load the modules of all apps, and render templates, as `callgraph/frameworks` has it."""

COOKIE = re.compile(rb"coding[:=][ \t]*([-\w.]{1,50})")
"""A declared encoding, in one of the first two lines."""

PACKAGE_OF = re.compile(rb"\b__(?:package|spec|module)__\b")
"""What names the package around a module, or leads to it."""

OWN_NAME = re.compile(rb"(?:\b(\w{1,100})\.|(?<!\.))\b__name__\b(?:\s{0,9}[=!]=)?")
"""The name of a module: of this one, or of another; what is compared makes no name."""

LOGGED = re.compile(rb"\bget_?[lL]ogger\(\s{0,99}__name__\s{0,99}\)")
"""A name that a log gets, and nobody else."""


class Said:
    """Texts by module, and the pieces of names in their constants."""

    def __init__(self, texts: Mapping[str, bytes], constants: frozenset[str]) -> None:
        self.texts = {module: plain(text) for module, text in texts.items()}
        self.constants = constants

    def has(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether something of a pattern stands in one of the texts."""
        return any(map(pattern.search, self.texts.values()))

    def names(self, names: Collection[str]) -> bool:
        """Whether one of some names is a word of a text, or can be put together from constants."""
        if not names:
            return False
        said = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names)).encode())
        return self.has(said) or self._spell(names)

    def _spell(self, names: Iterable[str]) -> bool:
        """Whether one of some names can be put together from constants."""
        return any(can_name(name, self.constants) for name in names)

    @cached_property
    def starts_framework(self) -> bool:
        """Whether a framework may load the modules of all apps."""
        return self.has(FRAMEWORK) or self._spell(RENDERING)

    @cached_property
    def loads_by_name(self) -> bool:
        """Whether something may be loaded under a name that is made at run time."""
        return (
            self.has(LOADERS)
            or any(LOADERS.fullmatch(piece.encode("utf-8", "replace")) for piece in self.constants)
            or self._spell(SPELLED)
        )

    @cached_property
    def pieces(self) -> frozenset[str]:
        """What names of modules may be put together from: constants, and what the modules say of their own names."""
        found = self.constants | pieces_of(own_names(self.texts))
        return found | pieces_of(WORD.findall(" ".join(found))) if self.has(EVALUATED) else found

    def can_load(self, module: str) -> bool:
        """Whether a name that is made at run time may be that of a module, or begin it: up to a dot, at the least."""
        for name in (module.casefold(), module.casefold().replace(".", "/")):
            ends = beginnings(name, self.pieces)
            dot = re.search(r"[./]", name)
            if len(name) in ends or (dot is not None and any(end >= dot.start() for end in ends)):
                return True
        return self._is_cut_out(module)

    def _is_cut_out(self, module: str) -> bool:
        """Whether something may be taken off a constant, or put in place of its separators, so that the name of a
        module is left."""
        wanted = _letters(module.casefold())
        return bool(wanted) and any(wanted in text for text in self._lettered) and self.has(CUTTING)

    @cached_property
    def separators(self) -> frozenset[str] | None:
        """What texts are cut at, and the single signs that are taken off; None where that stands nowhere as a text."""
        found: set[str] = set()
        for text in self.texts.values():
            calls = [*CUT_BY.finditer(text)]
            if len(calls) < len(CUTTING.findall(text)):
                return None
            for call in calls:
                if call["keyword"] and call["replaces"]:
                    continue
                if call["keyword"]:
                    return None
                by = _literal(call["by"] or b"None")
                found |= {by, *by} if call["strips"] or by == string.whitespace else {by}
        return frozenset(found)

    @cached_property
    def _lettered(self) -> frozenset[str]:
        return frozenset(map(_letters, self.constants))


def _literal(text: bytes) -> str:
    """The text that a literal stands for; blanks for `None`."""
    found = ast.literal_eval(text.decode("utf-8", "replace"))
    return string.whitespace if found is None else str(found)


def _letters(text: str) -> str:
    """The letters and digits of a text."""
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def plain(data: bytes) -> bytes:
    """A text with letters that stand for the same name as others written as those; as it is where it has none. With
    another encoding, the text by that as well: whether the mark of it counts is for the compiler to say."""
    found = _plainly(data, "utf-8")
    first = data.find(b"\n") + 1
    head = data[: data.find(b"\n", first)] if first else data
    for line in re.split(rb"\r\n|\r|\n", head, maxsplit=2)[:2]:
        cookie = COOKIE.search(line)
        name = "" if cookie is None else _codec(cookie[1].decode())
        if name not in ("", "utf-8") and not (name == "ascii" and data.isascii()):
            found += b"\n" + _plainly(data, name)
    return found


def _codec(encoding: str) -> str:
    """The one name of an encoding, "" for one that nobody has."""
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return ""


def _plainly(data: bytes, encoding: str) -> bytes:
    if encoding == "utf-8" and data.isascii():
        return data
    try:
        text = data.decode(encoding, "replace")
    except (LookupError, ValueError):
        return b""
    # letter by letter: a whole text takes the square of its length where marks follow one another
    same = {ord(letter): unicodedata.normalize("NFKC", letter) for letter in set(text) if not letter.isascii()}
    return text.translate({letter: known for letter, known in same.items() if known.isascii()}).encode(
        "utf-8", "replace"
    )


def own_names(texts: Mapping[str, bytes]) -> Iterable[str]:
    """The names that modules say of themselves or of one another, and those of the packages around these."""
    last = {module.rpartition(".")[2].encode(): module for module in texts}
    for module, text in texts.items():
        if b"__path__" in text:
            yield module
        if PACKAGE_OF.search(text):
            yield from (module, _around(module))
        if b"__name__" in text:
            for found in OWN_NAME.finditer(LOGGED.sub(b"", text)):
                if found[0].endswith(b"="):
                    continue
                of = last.get(found[1]) if found[1] else module
                if of is not None:
                    yield from (of, _around(of))


def _around(module: str) -> str:
    return module.rpartition(".")[0] or module
