"""What the shipped rule tables, and a user's, say that names of libraries do with what they are given.

A behaviour is one of the words in `BEHAVIOURS`, by the dotted name as the source imports it; `package.*.name` stands
for that name anywhere in a package, `*.name` for it in any library without stubs. Tables are data: nothing of a library
that is installed beside the source is read. Wrong where another version of the library does otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

BEHAVIOURS = (
    "proxy",  # stands for what its first argument gives: a callable's result, a context variable's value
    "proxied",  # a method of a proxy that returns what it stands for
    "template",  # a template runs: it reads what it is given
    "plugins",  # a manager of the plugins that the packages declare for the group it is given
    "plugin",  # an attribute of what came from such a manager: the object that was declared
    "plugin object",  # the same, called
    "field",  # a class attribute made of it calls what it holds when an object is constructed; see `records`
    "factory",  # the default of such a field: what it is given is called where the field is left out
    "import",  # returns the object that the text in its first argument names
    "module",  # returns the module that its first argument names or leads to
    "text",  # shows its arguments as text, and neither calls nor keeps them
    "repr",  # the same by their `__repr__`
    "message",  # the same by a text in front that may ask for either
    "identity",  # returns its first argument
    "on read",  # a decorator: the method runs when the attributes that the arguments name are read
    "on write",  # the same when they are written
    "on construction",  # a decorator: the method runs when an object is constructed
)
"""The words that a table may use; besides them `read NAME` and `write NAME`, where `*` stands for an attribute."""


class Behaviours:
    """Answers what a dotted name does. `hooked`: the packages whose descriptors run methods with composed names."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self.rows = rows
        self.known: dict[str, str] = {}
        self.hooked: dict[str, tuple[tuple[str, str, str], ...]] = {}
        for name, text in rows.items():
            if text not in BEHAVIOURS:
                hooks = [(how, *pattern.split("*")) for how, pattern in pairs(text)]
                self.hooked[name.partition(".")[0]] = tuple((how, head, tail) for how, head, tail in hooks)

    def of(self, dotted: str) -> str:
        """The behaviour of a name, or ""."""
        found = self.known.get(dotted)
        if found is None:
            last = dotted.rpartition(".")[2]
            keys = (dotted, f"{dotted.partition('.')[0]}.*.{last}", f"*.{last}")
            found = self.known[dotted] = next((self.rows[k] for k in keys if k in self.rows), "")
        return found


def pairs(text: str) -> list[tuple[str, str]]:
    """ "read _*_default, write _*_changed" as pairs."""
    return [(part.split()[0], part.split()[1]) for part in text.split(",")]


def is_behaviour(text: str) -> bool:
    """Whether a text is one that a table may use."""
    if text in BEHAVIOURS:
        return True
    parts = [part.split() for part in text.split(",")]
    return all(len(p) == 2 and p[0] in ("read", "write") and p[1].count("*") == 1 for p in parts)
