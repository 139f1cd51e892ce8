"""SQLAlchemy: the rows that are made and added to a session, on databases that take them one at a time.

SQLite and MySQL give the key of one row for each INSERT, so a flush sends one for each row that was added; PostgreSQL
and others take all rows of a class in one statement, which counts as the flush does, and so do rows that bring their
keys. Measured on 2026-11-30 with SQLAlchemy 1.4, 2.0 and 2.1 on SQLite and PostgreSQL; of MySQL its documentation says
so. Which database it is says the text that an engine is made with; where it may be another, the rows are likely.

A row is told where its object is made, if one of its class is added, or has a relationship with one that is, and
something commits or flushes. Assumes that what is made is added (ops too many), and that a key is called `id` where a
call gives it. Rows that are changed or deleted are not told: they count as what flushes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.frameworks.row_values import name_of
from code_path_audit.callgraph.frameworks.sqlalchemy_declared import Relationships, is_mapped, targets
from code_path_audit.callgraph.functions.arguments import argument, truth_of_keyword
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, INST, STR
from code_path_audit.callgraph.solver.ids import NO_CLASS, Site, Value
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State, keep_best
from code_path_audit.facts import opcodes as op
from code_path_audit.program.register_names import Names

INSERT = "sqlalchemy.orm.Session.insert"
"""The INSERT of a row, as ops call it with the name of the class."""

ONE_AT_A_TIME = ("sqlite", "mysql")
"""How the addresses of databases begin that give no keys for several rows at once."""

ENVIRONMENT = ("environ.get", "getenv")

SETTING = "SQLALCHEMY_DATABASE_URI"

ENGINES = frozenset(("create_engine", "create_async_engine"))

DEFAULTS = frozenset(("default", "default_factory", "insert_default"))
"""What a column is declared with whose values the program makes."""

ADDING = frozenset(("add", "add_all", "merge"))

SENDING = (".commit", ".flush")
"""How the names end of what sends what was added."""


class Inserts:
    """What is known of engines, of what is made, and of what is added."""

    def __init__(self) -> None:
        self.addresses: dict[str, None] = {}
        self.is_open = False
        """Whether an engine is made with something that is not known."""
        self.made: dict[Value, dict[tuple[Site, str], Evidence]] = {}
        """Where objects of a mapped class are made, by class."""
        self.added: dict[Value, None] = {}
        self.keyed: set[Value] = set()
        """Classes whose rows bring their keys: `default=uuid4`."""


def engine(s: State, call: Call) -> None:
    """create_engine("sqlite:///shop.db")"""
    address = argument(call, 0, "url")
    if address is not None:
        s.watch_all(address, on_address, None)
        fid = s.a_function[call.site.activation]
        names = Names(s.program, s.modules[fid], s.facts[fid])
        for text in behind(names, s.register(call.site.activation, address)):
            s.tables[Inserts].addresses[scheme(text)] = None


def behind(names: Names, reg: int) -> Iterator[str]:
    """The text that a register has where a variable of the environment is not set: `os.getenv("URL", "sqlite://")`."""
    row = names.made.get(names.behind_copies(reg))
    if row is not None and row[0] == op.CALL and names.facts.sites[row[5]].text.endswith(ENVIRONMENT):
        yield from (names.texts[given] for given in row[3][1:2] if given in names.texts)


def configure(s: State) -> None:
    """Flask's configuration, as far as it is loaded: app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db", or a
    name of that kind in a class body."""
    table = s.tables[Inserts]
    for fid in sorted(set(s.a_function)):
        code = s.facts[fid].code
        keys = {row[1] for row in code if row[0] == op.STR and row[2] == SETTING}
        given = [row[3] for row in code if row[0] == op.STORE_ITEM and row[2] in keys]
        given += [row[2] for row in code if row[0] == op.STORE_NAME and row[1] == SETTING]
        if not given:
            continue
        names = Names(s.program, s.modules[fid], s.facts[fid])
        for reg in map(names.behind_copies, given):
            known = [names.texts[reg]] if reg in names.texts else []
            table.is_open = table.is_open or not known
            table.addresses.update(dict.fromkeys(map(scheme, known or behind(names, reg))))


def scheme(address: str) -> str:
    """sqlite+aiosqlite:///shop.db -> sqlite"""
    return address.partition(":")[0].partition("+")[0]


def on_address(s: State, _: None, values: list[Value]) -> None:
    """What an engine is made with."""
    table = s.tables[Inserts]
    for value in values:
        if s.kinds[value] == STR:
            table.addresses[scheme(s.rows[value].text)] = None
        else:
            table.is_open = True


def constructs(s: State, call: Call, cls: Value) -> None:
    """An object of a class is made."""
    brings_key = any(name == "id" for name, _ in call.kw)
    if s.tables[Relationships].any_mapped and call.site.place >= 0 and not brings_key and is_mapped(s, cls):
        sites = s.tables[Inserts].made.setdefault(cls, {})
        keep_best(sites, (call.site, call.kind), s.relative(call.site, s.phase))


def column(s: State, call: Call) -> None:
    """mapped_column(primary_key=True, default=uuid4) in a class body"""
    owner = s.a_class[call.site.activation]
    brings_key = bool(DEFAULTS.intersection(name or "" for name, _ in call.kw))
    if owner != NO_CLASS and brings_key and truth_of_keyword(s, call, "primary_key"):
        s.tables[Inserts].keyed.add(owner)


def adds(s: State, call: Call) -> None:
    """session.add(order), session.add_all([order, other])"""
    for var, star in call.pos[:1]:
        if not star:
            s.watch(var, on_added, None)


@sees(INST, BOX)
def on_added(s: State, _: None, value: Value) -> None:
    """An object, or several in a container."""
    if s.kinds[value] == BOX:
        s.watch(s.field(value, "*"), on_added, None)
    else:
        s.tables[Inserts].added[s.rows[value].cls] = None


def finish(s: State) -> None:
    """The rows are told where their objects are made, once it is known which are added, and to which database."""
    table = s.tables[Inserts]
    if table.made and table.added and not table.addresses:
        configure(s)
    if not (table.made and table.added and any(text in ONE_AT_A_TIME for text in table.addresses)):
        return
    sent = (dotted for rows in s.external.values() for dotted, _ in rows)
    if not any(dotted.endswith(SENDING) and "Session" in dotted for dotted in sent):
        return
    is_sure = not table.is_open and all(text in ONE_AT_A_TIME for text in table.addresses)
    most = Evidence.CERTAIN if is_sure else Evidence.LIKELY
    for cls in with_related(s, [cls for cls in table.added if is_mapped(s, cls)]):
        dotted = f"{INSERT}.{name_of(s, cls)}"
        is_keyed = not table.keyed.isdisjoint(classes.order(s, cls))
        for (site, kind), evidence in () if is_keyed else table.made.get(cls, {}).items():
            keep_best(s.external.setdefault(site, {}), (dotted, kind), min(evidence, most))
            s.fetched_alone.add((s.a_function[site.activation], site.place, dotted))


def with_related(s: State, found: list[Value]) -> list[Value]:
    """Mapped classes, with those at the other end of their relationships, and so on."""
    declared = s.tables[Relationships].of
    for cls in found:
        owners = [owner for owner in classes.order(s, cls) if s.kinds[owner] == CLASS]
        for name in dict.fromkeys(name for owner in owners for name in s.own[owner]):
            for value in classes.held(s, cls, name):
                if value in declared:
                    further = s.holds(targets(s, value, cls, name)[0])
                    found += [other for other in further if s.kinds[other] == CLASS and other not in found]
    return found
