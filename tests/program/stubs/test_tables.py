"""What holds for every name, every table and every argument; the answers themselves are in `test_queries`."""

import itertools
import marshal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit.program.stubs import tables
from code_path_audit.program.stubs.model import ANY, NONE
from code_path_audit.program.stubs.queries import Stubs

Type = tuple[Any, ...]


def inst(name: str, *args: Type) -> Type:
    return ("inst", name if "." in name else f"builtins.{name}", args)


STR, INT, ITEM, PATH = inst("str"), inst("int"), inst("shop.Item"), inst("pathlib.Path")
SHARED = Stubs()


def test_every_name_has_one_canonical_name() -> None:
    """Looking up what an entry is called gives that name again, in every module; and nothing raises."""
    strange = []
    for module in itertools.islice(SHARED.modules(), 0, None, 6):  # a sixth of them: all take four seconds
        loaded = SHARED.module(module)
        assert loaded is not None
        for name in loaded.rows:
            entry = SHARED.lookup(f"{module}.{name}")
            if entry is not None and SHARED.canonical(entry.name) != entry.name:
                strange.append((module, name, entry.name))
            SHARED.returns(entry)
            SHARED.callback_params(entry)
    assert strange == []


def test_tables_are_plain_and_give_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Stubs()
    asked = ["open", "pathlib.Path.read_text", "asyncio.gather", "subprocess.run", "nope", "os.environ.get"]
    answers = [(first.lookup(name), first.returns(first.lookup(name))) for name in asked]
    kept = marshal.loads(marshal.dumps(first.used()))  # marshal takes no subclass of tuple
    monkeypatch.setattr(tables, "load", None)  # no file is read where there is a table
    monkeypatch.setattr(tables, "index", None)
    second = Stubs(kept)
    assert [(second.lookup(name), second.returns(second.lookup(name))) for name in asked] == answers
    assert second.used() == first.used()
    assert second.to_table("pathlib") == kept["pathlib"]
    assert second.to_table("no.such") is None


def test_a_table_of_another_module_is_not_taken() -> None:
    table = SHARED.to_table("json")
    assert table is not None
    assert Stubs({"pickle": table}).canonical("pickle.loads") == "pickle.loads"


def test_answers_do_not_depend_on_the_order_of_questions() -> None:
    names = ["json.load", "io.TextIOWrapper.read", "typing.Mapping", "asyncio.Queue", "os.path.join", "threading.Lock"]
    forward, backward = Stubs(), Stubs()
    there = {name: (forward.lookup(name), forward.returns(forward.lookup(name))) for name in names}
    back = {name: (backward.lookup(name), backward.returns(backward.lookup(name))) for name in reversed(names)}
    assert there == back


TYPES = st.recursive(
    st.sampled_from([ANY, NONE, ("self",), ("never",), STR, INT, ITEM, PATH, inst("dict"), ("literal", "rb"),
                     ("literal", 1), ("typevar", "builtins._T"), ("module", "os"), inst("no.Such")]),
    lambda inner: st.one_of(
        st.builds(lambda name, args: inst(name, *args), st.sampled_from(["list", "dict", "typing.Iterator", "no.Such"]),
                  st.lists(inner, max_size=3)),
        st.builds(lambda t: ("class_of", t), inner),
        st.builds(lambda items: ("tuple", tuple(items), False), st.lists(inner, max_size=3)),
        st.builds(lambda params, result: ("callable", tuple(params), result), st.lists(inner, max_size=2), inner),
        st.builds(lambda items: ("union", tuple(items)), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["open", "dict", "sorted", "map", "functools.reduce", "asyncio.gather", "dict.get", "zip", "re.sub",
                     "builtins.list.append", "pathlib.Path", "subprocess.run", "sum", "max", "reversed", "nope"]),
    st.lists(TYPES, max_size=3),
    st.none() | TYPES,
)  # fmt: skip
def test_no_argument_is_too_strange(called: str, args: list[Type], receiver: Type | None) -> None:
    entry = SHARED.lookup(called)
    result = SHARED.returns(entry, receiver, tuple(args))
    assert result == SHARED.returns(entry, receiver, tuple(args))
    for value in (result, *args):
        answers = [ask(value) for ask in (SHARED.iter_type, SHARED.enter_type, SHARED.await_type, SHARED.item_type)]
        answers += [SHARED.attribute(value, "read"), SHARED.call(value, tuple(args))]
        assert all(isinstance(answer, tuple) for answer in answers)
    SHARED.callback_params(entry, receiver, tuple(args))


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from(["os", "path", "", "..", "__all__", "\0"]), max_size=6).map(".".join)
)
def test_any_name_can_be_looked_up(name: str) -> None:
    entry = SHARED.lookup(name)
    assert entry is None or SHARED.canonical(entry.name) == entry.name
