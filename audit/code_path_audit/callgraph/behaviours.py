"""What functions of libraries do with what they are given, as data that the solver asks by dotted name.

The words are those of docs/libraries.md; `libraries` reads them from files. A name is a dotted one as the source
imports it, `X()` what calling X gives; `package.*.name` stands for that name anywhere in a package, `package.**` for
all in it that has no row of its own, `*.name` for a name in any library. Rows are data: nothing of a library that is
installed beside the source is read. Wrong where another version of the library does otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

ARGUMENTS = ("calls", "keeps", "fires", "asks", "template", "nothing", "loads", "settings", "names", "routes")
"""The words whose values are places: arguments, or the object whose method it is."""

CHOICES = {
    "shows": ("text", "repr", "message"),
    "imports": ("object", "module"),
    "proxy": ("makes", "gives"),
    "plugins": ("manager", "plugin", "object"),
    "field": ("field", "factory"),
}
"""The words with a few fixed values."""

COSTS = ("costs", "attribute", "import")
"""The words whose value is a cost class: of a call, of a read of an attribute, of an import."""

WORDS = (*ARGUMENTS, "self", "overrides", "returns", "face", "gives", *CHOICES, "hooks", "bases", *COSTS)
"""All words that a row may use."""

ACTS = {
    ("shows", "text"): "text", ("shows", "repr"): "repr", ("shows", "message"): "message",
    ("imports", "object"): "import", ("imports", "module"): "module", ("proxy", "makes"): "proxy",
    ("proxy", "gives"): "proxied", ("plugins", "manager"): "plugins", ("plugins", "plugin"): "plugin",
    ("plugins", "object"): "plugin object", ("field", "field"): "field", ("field", "factory"): "factory",
    ("hooks", "on read"): "on read", ("hooks", "on write"): "on write", ("hooks", "on construction"): "on construction",
}  # fmt: skip
"""What a mechanism of its own carries out, by word and value."""

SELF, PROCESS, ANY = "self", "process", "*"
MODULES_NAMED = "*."
"""How a place begins that stands for all modules of the source with one last name."""
FACE_ALONE = "function"
"""The face of what a decorator gives back that is nothing but what it got."""

PLACE = re.compile(
    r"(?:(?P<any>\*)|(?P<owner>self|process)|(?P<position>\d{1,2})(?P<rest>\*)?(?::(?P<both>[A-Za-z_]\w*))?"
    r"|(?P<name>[A-Za-z_]\w*))(?P<elements>\[\])?(?P<called>\(\))?(?:\.(?P<member>\w+\*?|\*))?(?P<perhaps>\?)?"
    r"(?: in (?P<where>self|result|(?:[A-Za-z_]\w*\.)?process))?"
)
GIVEN = re.compile(r"(?:(?P<parameter>[A-Za-z_]\w*)=)?(?P<what>[\w.:()\[\]]+)")
METHOD = re.compile(r"(\w+)(\*)?(\?)?")
OVERRIDE = re.compile(r"\w+\*?")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\(\))?(?:\.[A-Za-z_]\w*(?:\(\))?)+")
HOOK = re.compile(r"(?:read|write) \w*\*\w*")

MAX_ALIASES = 8
"""How many aliases of aliases are followed: more is a cycle."""
MAX_BASES = 40
"""Classes of a library that are looked at above one."""


class Place(NamedTuple):
    """An argument of a call, or what stands for its receiver.

    `owner` is "self", "process" or "", a name with "process" the library whose process is meant. `position` counts
    positional arguments, without the receiver, -1 for one that is only passed by `name`; `rest`: that one and all
    behind it; without a name and a position: any argument. What is meant is the argument; `elements`: what it has in
    it; `called`: what calling it gives; `member`: its member of that name, or with such a beginning where it ends in
    "*". `perhaps`: not always, or not for sure. `where` says what keeps it, "" for what usually does,
    "name.process" for what is kept under a name of its own. `module`: no
    argument at all, but the modules of the source that are called so.
    """

    owner: str = ""
    position: int = -1
    name: str = ""
    rest: bool = False
    elements: bool = False
    called: bool = False
    member: str = ""
    perhaps: bool = False
    where: str = ""
    module: str = ""

    @property
    def is_any(self) -> bool:
        """Whether it is any argument."""
        return not (self.owner or self.name or self.module) and self.position < 0

    def covers(self, index: int) -> bool:
        """Whether it is that of a positional argument."""
        return self.position == index or (self.rest and 0 <= self.position <= index)


class Given(NamedTuple):
    """What a callback gets for a parameter: the one at `position`, or, where that is -1, the one called `name`. A class
    from outside by its dotted name, or a place of the call that got the callback."""

    position: int
    name: str
    dotted: str
    place: Place | None


class Facts(NamedTuple):
    """What is known of one function: the places of each word. `methods` are (name, is a beginning, perhaps).

    `returned` is the place whose value it returns; `face` the class of what a decorator gives back, beside what it got,
    "function" for that alone, "" for no decorator.
    """

    calls: tuple[Place, ...] = ()
    keeps: tuple[Place, ...] = ()
    fires: tuple[Place, ...] = ()
    asks: tuple[Place, ...] = ()
    nothing: tuple[Place, ...] = ()
    methods: tuple[tuple[str, bool, bool], ...] | None = None
    returned: Place | None = None
    face: str = ""
    loads: tuple[Place, ...] = ()
    settings: tuple[Place, ...] = ()
    names: tuple[Place, ...] = ()
    routes: tuple[Place, ...] = ()
    gives: tuple[Given, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether its object calls nothing of what it keeps."""
        return any(place.owner == SELF or place.is_any for place in self.nothing)


NO_FACTS = Facts()

Rows = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Word to name to values."""


class Behaviours:
    """Answers what a dotted name does. `hooked`: the packages whose descriptors run methods with composed names.

    `aliases` are other names of what the rows name, `returns` the class of what a function returns.
    """

    def __init__(
        self, rows: Rows, aliases: Mapping[str, str] | None = None, returns: Mapping[str, str] | None = None
    ) -> None:
        self.aliases, self.returns = dict(aliases or {}), dict(returns or {})
        self.bases = {
            self.canonical(name): tuple(map(self.canonical, found)) for name, found in rows.get("bases", {}).items()
        }
        self.rows: dict[str, dict[str, tuple[str, ...]]] = {}
        self.acts: dict[str, str] = {}
        self.hooked: dict[str, tuple[tuple[str, str, str], ...]] = {}
        self.overrides: dict[str, tuple[str, ...]] = {}
        self.overridden_in: dict[str, tuple[str, ...] | None] = {}
        self.attributes: dict[str, set[str]] = {}
        """The classes of which reading an attribute is work, by its name."""
        self.imports: set[str] = set()
        """The packages whose import is."""
        self.given: set[str] = set()
        """The last names of what rows say that it is given something."""
        self.naming: set[str] = set()
        """The packages whose functions give their objects attributes."""
        self.known: dict[str, str] = {}
        self.found: dict[str, Facts] = {}
        self.classes: dict[str, str | None] = {}
        self.packages = frozenset(name.partition(".")[0] for word in rows for name in rows[word]) - {ANY}
        for word, names in rows.items():
            for name, values in names.items():
                self._add(word, self.canonical(name), values)

    def __repr__(self) -> str:
        """All that is known, so that what depends on it can be found by it."""
        parts = (self.rows, self.acts, self.hooked, self.overrides, self.bases, self.aliases, self.returns)
        attributes = sorted((name, sorted(owners)) for name, owners in self.attributes.items())
        return f"Behaviours({[sorted(part.items()) for part in parts]}, {attributes}, {sorted(self.imports)})"

    def _add(self, word: str, name: str, values: tuple[str, ...]) -> None:
        if word == "hooks" and not values[0].startswith("on "):
            hooks = [(how, *pattern.split("*")) for how, pattern in (value.split() for value in values)]
            self.hooked[name.partition(".")[0]] = tuple((how, head, tail) for how, head, tail in hooks)
        elif word == "template":
            self.acts[name] = "template"
        elif word == "overrides":
            self.overrides[name] = values
        elif (act := ACTS.get((word, values[0]))) is not None:
            self.acts[name] = act
        elif word == "attribute":
            owner, _, last = name.rpartition(".")
            self.attributes.setdefault(last, set()).add(owner)
        elif word == "import":
            self.imports.add(name)
        elif word not in ("bases", "costs"):
            if word == "gives":
                self.given.add(name.rpartition(".")[2])
            elif word == "names":
                self.naming.add(name.partition(".")[0])
            self.rows.setdefault(name, {})[word] = values

    def canonical(self, dotted: str) -> str:
        """The name that rows have, of one that may be an alias or lie below one."""
        return canonical(self.aliases, dotted)

    def of(self, dotted: str) -> str:
        """What a mechanism of its own carries out for a name (`ACTS`), or ""."""
        found = self.known.get(dotted)
        if found is None:
            found = self.known[dotted] = next((self.acts[k] for k in self._keys(dotted) if k in self.acts), "")
        return found

    def is_named(self, dotted: str) -> bool:
        """Whether a row is of just this function, and not of all that are called so."""
        return self.canonical(dotted) in self.acts

    def is_quiet(self, dotted: str) -> bool:
        """Whether the objects of a library call nothing of what they keep but where a row says so."""
        everything = self.rows.get(f"{self.canonical(dotted).partition('.')[0]}.**", {})
        return SELF in everything.get("nothing", ())

    def speaks_of(self, dotted: str, name: str) -> bool:
        """Whether a row is of a method of just this class, or of a class above it."""
        owner = self.canonical(dotted)
        return any(f"{base}.{name}" in self.rows for base in (owner, *self.above(owner)))

    def says_all(self, dotted: str) -> bool:
        """Whether rows say all that a class asks of an object whose class is below it: it is kept where it is made, for
        the row of another function to ask."""
        return any(place.owner == SELF and place.where == PROCESS for place in self.facts(dotted).keeps)

    def facts(self, dotted: str) -> Facts:
        """What is known of a function; of a method, what is known of it in the first base that has rows for it."""
        found = self.found.get(dotted)
        if found is None:
            row = next((self.rows[key] for key in self._keys(dotted) if key in self.rows), None)
            found = NO_FACTS if row is None else _facts(row)
            if row is not None and self.is_quiet(dotted):
                found = found._replace(nothing=(*found.nothing, Place(owner=SELF)))
            self.found[dotted] = found
        return found

    def returned(self, dotted: str) -> str | None:
        """The class of what a function returns; None where no row says it."""
        if dotted not in self.classes:
            name = self.canonical(dotted)
            owner, _, last = name.rpartition(".")
            keys = (dotted, name, *(f"{base}.{last}" for base in self.above(owner)))
            self.classes[dotted] = next((self.returns[key] for key in keys if key in self.returns), None)
        return self.classes[dotted]

    def overridden(self, dotted: str) -> tuple[str, ...] | None:
        """The methods that code outside calls of objects of the classes below one, as names and beginnings with a "*";
        None where no row says it of the class, nor of one above it."""
        if dotted not in self.overridden_in:
            name = self.canonical(dotted)
            rows = [self.overrides[one] for one in (name, *self.above(name)) if one in self.overrides]
            self.overridden_in[dotted] = tuple({text: None for row in rows for text in row}) if rows else None
        return self.overridden_in[dotted]

    def _keys(self, dotted: str) -> Iterable[str]:
        name = self.canonical(dotted)
        yield name
        owner, _, last = name.rpartition(".")
        for base in self.above(owner):
            yield f"{base}.{last}"
        for base in self.above(name):
            yield base
        yield f"{name.partition('.')[0]}.*.{last}"
        yield f"{name.partition('.')[0]}.**"
        yield f"*.{last}"

    def above(self, name: str) -> list[str]:
        """The classes of a library above one, in an order in which those that are nearer come first."""
        found: dict[str, None] = {}
        todo = list(self.bases.get(name, ()))
        while todo and len(found) < MAX_BASES:
            base = todo.pop(0)
            if base not in found:
                found[base] = None
                todo += self.bases.get(base, ())
        return list(found)


NO_BEHAVIOURS = Behaviours({})
"""Nothing is known of any library."""


def canonical(aliases: Mapping[str, str], dotted: str) -> str:
    """A dotted name with the longest part in front of it that is an alias replaced, again and again."""
    for _ in range(MAX_ALIASES):
        head, tail = dotted, ""
        while head and head not in aliases:
            head, _, last = head.rpartition(".")
            tail = f".{last}{tail}"
        if not head:
            break
        dotted = aliases[head] + tail
    return dotted


def _facts(row: Mapping[str, tuple[str, ...]]) -> Facts:
    places = {word: tuple(place_of(text) for text in row.get(word, ())) for word in ARGUMENTS}
    methods = None
    if "self" in row:
        methods = tuple((m[1], bool(m[2]), bool(m[3])) for text in row["self"] if (m := METHOD.fullmatch(text)))
    returned = next((place_of(text) for text in row.get("returns", ()) if not DOTTED.fullmatch(text)), None)
    return Facts(
        places["calls"], places["keeps"], places["fires"], places["asks"], places["nothing"], methods, returned,
        row.get("face", ("",))[0], places["loads"], places["settings"], places["names"],
        places["routes"], tuple(given_of(position, text) for position, text in enumerate(row.get("gives", ()))),
    )  # fmt: skip


def given_of(position: int, text: str) -> Given:
    """What a callback is given, as a row spells it; ValueError for what is none."""
    found = GIVEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    name, what = found["parameter"] or "", found["what"]
    dotted = what if DOTTED.fullmatch(what) else ""
    return Given(-1 if name else position, name, dotted, None if dotted else place_of(what))


def place_of(text: str) -> Place:
    """A place as a row spells it; ValueError for what is none."""
    if text.startswith(MODULES_NAMED) and text[2:].isidentifier():
        return Place(module=text[2:])
    package, _, last = text.removesuffix("?").partition(".")
    if last == PROCESS and package.isidentifier():
        return Place(owner=PROCESS, name=package, perhaps=text.endswith("?"))
    found = PLACE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    part = found.groupdict(default="")
    return Place(
        part["owner"], int(part["position"] or -1), part["both"] or part["name"], bool(part["rest"]),
        bool(part["elements"]), bool(part["called"]), part["member"], bool(part["perhaps"]), part["where"],
    )  # fmt: skip


def problem(word: str, values: tuple[str, ...]) -> str:
    """What is expected instead of the values that a row has for a word; "" where they are right."""
    if word in CHOICES:
        return "" if len(values) == 1 and values[0] in CHOICES[word] else f"one of {', '.join(CHOICES[word])}"
    if word == "hooks":
        on = len(values) == 1 and (word, values[0]) in ACTS
        said = "on read, on write, on construction, or a list of texts such as read _*_default"
        return "" if on or all(HOOK.fullmatch(value) for value in values) else said
    if word == "self":
        return (
            "" if all(METHOD.fullmatch(value) for value in values) else "names of methods, such as run, handle_*, stop?"
        )
    if word == "overrides":
        return "" if all(OVERRIDE.fullmatch(value) for value in values) else "names of methods, such as run, handle_*"
    if word in ("bases", "face"):
        right = all(DOTTED.fullmatch(value) for value in values) or (word == "face" and values == (FACE_ALONE,))
        return "" if right else "a dotted class" + (', or "function"' if word == "face" else "")
    if word in COSTS:
        return "" if len(values) == 1 and values[0].isidentifier() else "a cost class"
    if word == "gives":
        said = "what a callback gets: a dotted class, self, or an argument, or name=one of them"
        return "" if all(_is_given(value) for value in values) else said
    if word == "returns":
        return "" if len(values) == 1 and _is_returned(values[0]) else "a dotted class, or an argument such as 0:func"
    right = all(_fits(word, value) for value in values) and (word != "names" or len(values) > 1)
    return "" if right else PLACES[word]


PLACES = {
    "calls": "arguments, such as 0:func, 1*, key, 0:funcs[], func?, or self",
    "keeps": "arguments, such as 0:func, *, 0:func in process, 0:func in other.process, 0:func() in process",
    "fires": "self, process, package.process, or arguments that hold something, such as 0:app",
    "asks": "members of arguments, such as 0:handler.handle_*, 0:file.read",
    "template": "arguments, such as *",
    "loads": "arguments that name modules, such as 0:package, 0:packages[].tasks, or modules by name, such as *.tasks",
    "settings": "arguments that name modules, such as 0:module, or modules by name, such as *.settings",
    "names": "the argument that is a name, and the one that objects then have under it, such as 0:name, 1:function",
    "routes": "the argument that is a path, and the one that answers there, such as 0:rule, 1:view",
    "nothing": "arguments, such as 0:name, or self, or * for all",
}
"""What is expected of the values of a word."""


def _is_returned(text: str) -> bool:
    if DOTTED.fullmatch(text):
        return True
    found = PLACE.fullmatch(text)
    return found is not None and not (found["member"] or found["perhaps"] or found["where"] or found["any"])


def _is_given(text: str) -> bool:
    found = GIVEN.fullmatch(text)
    return found is not None and (
        DOTTED.fullmatch(found["what"]) is not None or PLACE.fullmatch(found["what"]) is not None
    )


def _fits(word: str, text: str) -> bool:
    if text.startswith(MODULES_NAMED):
        return word in ("settings", "loads") and text[2:].isidentifier()
    package, _, last = text.removesuffix("?").partition(".")
    if last == PROCESS and package.isidentifier():
        return word == "fires"
    if PLACE.fullmatch(text) is None:
        return False
    place = place_of(text)
    owned = {
        "fires": (SELF, PROCESS), "nothing": (SELF,), "keeps": (SELF,), "calls": (SELF,), "asks": (SELF, PROCESS),
    }.get(word, ())  # fmt: skip
    return (
        (not place.owner or place.owner in owned)
        and (word == "loads" or bool(place.member) == (word == "asks"))
        and (not place.where or word == "keeps")
        and (place.owner != SELF or word != "keeps" or place.where not in ("", SELF))
        and (not place.called or word in ("asks", "keeps"))
        and (not place.perhaps or word in ("calls", "asks", "fires"))
    )
