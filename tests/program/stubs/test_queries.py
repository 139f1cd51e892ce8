"""What the stubs answer: names, results of calls, chains of members, iteration, callbacks, annotations."""

import ast
from typing import Any

import pytest

from code_path_audit.facts.annotations import type_of
from code_path_audit.program.stubs.model import ANY, NONE, Callback, StubClass, StubFunction, StubModule, StubVar
from code_path_audit.program.stubs.queries import Stubs

Type = tuple[Any, ...]


@pytest.fixture(scope="module")
def stubs() -> Stubs:
    return Stubs()


def inst(name: str, *args: Type) -> Type:
    return ("inst", name if "." in name else f"builtins.{name}", args)


def lit(value: object) -> Type:
    return ("literal", value)


def either(*types: Type) -> Type:
    return ("union", types)


def tup(*types: Type) -> Type:
    return ("tuple", types, False)


STR, INT, BYTES, FLOAT = inst("str"), inst("int"), inst("bytes"), inst("float")
ITEM = inst("shop.Item")
ITEMS = inst("list", ITEM)
PATH = inst("pathlib.Path")
PRICES = inst("dict", STR, ITEM)
GIVES_ITEM = ("callable", None, ITEM)


def coroutine(result: Type) -> Type:
    return inst("typing.Coroutine", ANY, ANY, result)


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("open", "builtins.open"),
        ("io.open", "builtins.open"),
        ("str.join", "builtins.str.join"),
        ("IOError", "builtins.OSError"),
        ("posixpath.join", "os.path.join"),
        ("os.path.join", "os.path.join"),
        ("genericpath.exists", "os.path.exists"),
        ("os.path", "os.path"),
        ("_io.TextIOWrapper", "io.TextIOWrapper"),
        ("io.TextIOWrapper.read", "io.TextIOBase.read"),
        ("socket.socket.sendall", "socket.socket.sendall"),
        ("json.decoder.JSONDecoder", "json.JSONDecoder"),
        ("json.load", "json.load"),
        ("subprocess.run", "subprocess.run"),
        ("concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
        ("concurrent.futures.ThreadPoolExecutor.submit", "concurrent.futures.Executor.submit"),
        ("xml.etree.ElementTree.parse", "xml.etree.ElementTree.parse"),
        ("asyncio.tasks.gather", "asyncio.gather"),
        ("asyncio.subprocess.create_subprocess_exec", "asyncio.create_subprocess_exec"),
        ("collections.abc.Mapping", "typing.Mapping"),
        ("typing.List", "builtins.list"),
        ("typing.DefaultDict", "collections.defaultdict"),
        ("typing.ContextManager", "contextlib.AbstractContextManager"),
        ("typing_extensions.TypedDict", "typing.TypedDict"),
        ("random.randint", "random.randint"),  # a method of a hidden instance
        ("tarfile.open", "tarfile.open"),  # a class method of TarFile
        ("os.environ.get", "os.environ.get"),
        ("sys.stdout.write", "sys.stdout.write"),
        ("multiprocessing.Pool", "multiprocessing.Pool"),
        ("unittest.main", "unittest.TestProgram"),  # what the package binds outranks its submodule
        ("unittest.main.TestProgram", "unittest.TestProgram"),
        ("_sqlite3.connect", "sqlite3.connect"),
        ("sqlite3.dbapi2.connect", "sqlite3.connect"),
        ("_csv.reader", "csv.reader"),
        ("threading.Lock", "threading.Lock"),
        ("hashlib.sha256", "hashlib.sha256"),
        ("pathlib.Path.joinpath", "pathlib.PurePath.joinpath"),  # inherited: where it is defined
        ("os.startfile", "os.startfile"),  # on another platform only
        ("msvcrt.getch", "msvcrt.getch"),
        ("telnetlib.Telnet", "telnetlib.Telnet"),  # in older versions only
        ("itertools.batched", "itertools.batched"),  # in newer versions only
        ("os.nope", None),
        ("nope", None),
        ("requests.get", None),
        ("a..b", None),
        ("", None),
        ("os.path.join.x.y", None),
    ],
)
def test_canonical(stubs: Stubs, asked: str, canonical: str | None) -> None:
    assert stubs.canonical(asked) == canonical


@pytest.mark.parametrize(
    ("called", "args", "keywords", "result"),
    [
        ("open", [lit("f")], {}, inst("io.TextIOWrapper")),
        ("open", [lit("f"), lit("rb")], {}, inst("io.BufferedReader")),
        ("open", [ANY, lit("wb")], {}, inst("io.BufferedWriter")),
        ("open", [lit("f")], {"mode": lit("rb"), "buffering": lit(0)}, inst("io.FileIO")),
        ("subprocess.run", [ANY], {}, inst("subprocess.CompletedProcess", BYTES)),
        ("subprocess.run", [ANY], {"text": lit(True)}, inst("subprocess.CompletedProcess", STR)),
        ("re.compile", [lit("x")], {}, inst("re.Pattern", STR)),
        ("json.loads", [STR], {}, ANY),
        ("os.environ.get", [lit("x")], {}, either(STR, NONE)),
        ("os.path.join", [STR, STR], {}, STR),
        ("urllib.request.urlopen", [STR], {}, inst("http.client.HTTPResponse")),
        ("csv.reader", [inst("io.TextIOWrapper")], {}, inst("csv.Reader")),
        ("zipfile.ZipFile", [lit("a")], {}, inst("zipfile.ZipFile")),
        ("tempfile.NamedTemporaryFile", [], {}, inst("tempfile._TemporaryFileWrapper", BYTES)),
        ("logging.getLogger", [], {}, inst("logging.Logger")),
        ("argparse.ArgumentParser", [], {}, inst("argparse.ArgumentParser")),
        ("socket.create_connection", [tup(STR, INT)], {}, inst("socket.socket")),
        ("sqlite3.connect", [STR], {}, inst("sqlite3.Connection")),
        ("tarfile.open", [STR], {}, inst("tarfile.TarFile")),
        ("datetime.datetime.now", [], {}, inst("datetime.datetime")),
        (
            "collections.defaultdict",
            [("class_of", inst("list"))],
            {},
            inst("collections.defaultdict", ANY, inst("list")),
        ),
        ("dict", [inst("list", tup(STR, ITEM))], {}, PRICES),
        ("dict", [], {"a": lit(1)}, inst("dict", STR, INT)),
        ("list", [PRICES], {}, inst("list", STR)),
        ("set", [ITEMS], {}, inst("set", ITEM)),
        ("enumerate", [ITEMS], {}, inst("enumerate", ITEM)),
        ("zip", [ITEMS, STR], {}, inst("zip", tup(ITEM, STR))),
        ("map", [GIVES_ITEM, inst("list", INT)], {}, inst("map", ITEM)),
        ("reversed", [ITEMS], {}, inst("typing.Iterator", ITEM)),
        ("sorted", [ITEMS], {}, ITEMS),
        ("max", [ITEMS], {}, ITEM),
        ("next", [inst("typing.Iterator", ITEM)], {}, ITEM),
        ("copy.copy", [ITEM], {}, ITEM),
        ("functools.reduce", [GIVES_ITEM, ITEMS], {}, ITEM),
        ("functools.partial", [GIVES_ITEM], {}, inst("functools.partial", ITEM)),
        ("random.choice", [ITEMS], {}, ITEM),
        ("asyncio.run", [coroutine(ITEM)], {}, ITEM),
        ("asyncio.create_task", [coroutine(ITEM)], {}, inst("asyncio.Task", ITEM)),
        ("asyncio.gather", [coroutine(ITEM), coroutine(STR)], {}, inst("asyncio.Future", tup(ITEM, STR))),
        ("asyncio.to_thread", [GIVES_ITEM], {}, coroutine(ITEM)),
        ("os.nope", [], {}, ANY),
    ],
)
def test_returns(stubs: Stubs, called: str, args: list[Type], keywords: dict[str, Type], result: Type) -> None:
    assert stubs.returns(stubs.lookup(called), None, tuple(args), tuple(keywords.items())) == result


def test_what_is_not_known_of_the_arguments_leaves_all_overloads(stubs: Stubs) -> None:
    unsure = stubs.returns(stubs.lookup("open"), None, (ANY, ANY))
    assert inst("io.TextIOWrapper") in unsure[1]
    assert inst("io.BufferedReader") in unsure[1]
    assert stubs.returns(stubs.lookup("open")) != stubs.returns(stubs.lookup("open"), None, (ANY,))


@pytest.mark.parametrize(
    ("start", "steps", "canonical"),
    [
        (PATH, ["parent", "joinpath()", "read_text"], "pathlib.Path.read_text"),
        (PATH, ["open()", "read"], "io.TextIOBase.read"),
        (inst("subprocess.CompletedProcess", STR), ["stdout", "splitlines"], "builtins.str.splitlines"),
        (inst("subprocess.Popen", BYTES), ["communicate()", "[0]", "decode"], "builtins.bytes.decode"),
        (inst("re.Pattern", STR), ["match()", "group"], "re.Match.group"),
        (inst("zipfile.ZipFile"), ["open()", "read"], "typing.IO.read"),
        (inst("argparse.ArgumentParser"), ["parse_args()", "anything"], None),
        (inst("sqlite3.Connection"), ["cursor()", "execute()", "fetchall"], "sqlite3.Cursor.fetchall"),
        (inst("concurrent.futures.ThreadPoolExecutor"), ["with", "submit()", "result"],
         "concurrent.futures.Future.result"),
        (inst("logging.Logger"), ["getChild()", "info"], "logging.Logger.info"),
        (inst("xml.etree.ElementTree.ElementTree", inst("xml.etree.ElementTree.Element")), ["getroot()", "for", "find"],
         "xml.etree.ElementTree.Element.find"),
        (inst("http.client.HTTPResponse"), ["with", "read"], "http.client.HTTPResponse.read"),
        (inst("tempfile.TemporaryDirectory", STR), ["with", "join"], "builtins.str.join"),
        (inst("csv.Reader"), ["for", "[0]", "strip"], "builtins.str.strip"),
        (PRICES, ["items()", "for", "[0]", "strip"], "builtins.str.strip"),
        (inst("collections.defaultdict", STR, inst("set", INT)), ["[0]", "add"], "builtins.set.add"),
        (PATH, ["iterdir()", "for", "write_bytes"], "pathlib.Path.write_bytes"),
    ],
)  # fmt: skip
def test_chains(stubs: Stubs, start: Type, steps: list[str], canonical: str | None) -> None:
    """Each step but the last makes a value of the one before: `name`, `name()`, `[0]`, `for`, `with`."""
    value = start
    for step in steps[:-1]:
        if step == "for":
            value = stubs.iter_type(value)
        elif step == "with":
            value = stubs.enter_type(value)
        elif step == "[0]":
            value = stubs.item_type(value, lit(0))
        elif step.endswith("()"):
            found = stubs.member(known(value)[1], step[:-2])
            assert found is not None
            value = stubs.returns(found[1], known(value))
        else:
            value = stubs.attribute(known(value), step)
    found = stubs.member(known(value)[1], steps[-1])
    assert (found and found[1].name) == canonical


def known(type: Type) -> Type:
    """The instance in `X | None`, `X | Any`."""
    return next((member for member in type[1] if member[0] == "inst"), type) if type[0] == "union" else type


@pytest.mark.parametrize(
    ("method", "receiver", "args", "result"),
    [
        ("get", PRICES, [STR], either(ITEM, NONE)),
        ("get", PRICES, [STR, lit(0)], either(ITEM, INT)),
        ("values", PRICES, [], inst("_collections_abc.dict_values", STR, ITEM)),
        ("pop", ITEMS, [], ITEM),
        ("copy", ITEMS, [], ITEMS),
        ("joinpath", PATH, [STR], PATH),
        ("open", PATH, [lit("rb")], inst("io.BufferedReader")),
        ("cwd", ("class_of", PATH), [], PATH),
        (
            "submit",
            inst("concurrent.futures.ThreadPoolExecutor"),
            [GIVES_ITEM],
            inst("concurrent.futures.Future", ITEM),
        ),
        ("join", lit(", "), [ITEMS], STR),
        ("__getitem__", ITEMS, [ANY], either(ITEM, ITEMS)),
        ("__getitem__", ITEMS, [INT], ITEM),
    ],
)
def test_methods(stubs: Stubs, method: str, receiver: Type, args: list[Type], result: Type) -> None:
    holder = receiver[1] if receiver[0] == "class_of" else stubs.as_instance(receiver)
    found = stubs.member(holder[1], method)
    assert found is not None
    assert stubs.returns(found[1], receiver, tuple(args)) == result


@pytest.mark.parametrize(
    ("value", "item"),
    [
        (ITEMS, ITEM),
        (PRICES, STR),
        (tup(INT, ITEM), either(INT, ITEM)),
        (lit("text"), STR),
        (lit(b"bytes"), INT),
        (inst("typing.Generator", ITEM, ANY, ANY), ITEM),
        (inst("io.TextIOWrapper"), STR),
        (inst("enumerate", ITEM), tup(INT, ITEM)),
        (("class_of", inst("signal.Signals")), inst("signal.Signals")),
        (either(ITEMS, NONE), ITEM),
        (inst("os._Environ", STR), STR),
        (ITEM, ANY),
        (INT, ANY),
        (ANY, ANY),
    ],
)
def test_iteration(stubs: Stubs, value: Type, item: Type) -> None:
    assert stubs.iter_type(value) == item


def test_async(stubs: Stubs) -> None:
    assert stubs.iter_type(inst("typing.AsyncIterator", ITEM), is_async=True) == ITEM
    assert stubs.iter_type(inst("asyncio.StreamReader"), is_async=True) == BYTES
    assert stubs.await_type(coroutine(ITEM)) == ITEM
    assert stubs.await_type(inst("asyncio.Task", ITEM)) == ITEM
    assert stubs.enter_type(inst("asyncio.TaskGroup"), is_async=True) == inst("asyncio.TaskGroup")
    assert stubs.await_type(INT) == ANY


def test_context_managers_made_of_generators(stubs: Stubs) -> None:
    made = stubs.returns(stubs.lookup("importlib.resources.path"), None, (STR, STR))
    assert stubs.enter_type(made) == PATH


def callback(position: int, name: str, params: list[Type] | None, returns: Type = ANY, passes: str = "") -> Callback:
    return Callback(position, name, None if params is None else tuple(params), returns, passes)


OBJECT = inst("object")
FRAME = either(inst("types.FrameType"), NONE)


@pytest.mark.parametrize(
    ("called", "callbacks"),
    [
        ("threading.Thread", [callback(1, "target", None, OBJECT, "tuple")]),
        ("multiprocessing.Process", [callback(1, "target", None, OBJECT, "tuple")]),
        ("concurrent.futures.ThreadPoolExecutor.submit", [callback(0, "fn", None, ANY, "args")]),
        ("concurrent.futures.Executor.map", [callback(0, "fn", None, ANY, "elements")]),
        ("asyncio.to_thread", [callback(0, "func", None, ANY, "args")]),
        ("asyncio.AbstractEventLoop.call_soon", [callback(0, "callback", None, OBJECT, "args")]),
        ("asyncio.AbstractEventLoop.run_in_executor", [callback(1, "func", None, ANY, "args")]),
        ("atexit.register", [callback(0, "func", None, ANY, "args")]),
        ("functools.partial", [callback(0, "func", None, ANY, "args")]),
        ("functools.reduce", [callback(0, "function", [ANY, ANY])]),
        ("functools.cmp_to_key", [callback(0, "mycmp", [ANY, ANY], INT)]),
        ("signal.signal", [callback(1, "handler", [INT, FRAME])]),
        ("re.sub", [callback(1, "repl", [inst("re.Match", STR)], STR)]),
        ("weakref.ref", [callback(1, "callback", [inst("weakref.ReferenceType", ANY)])]),
        ("collections.defaultdict", [callback(0, "default_factory", [])]),
        ("os.walk", [callback(2, "onerror", [inst("OSError")], OBJECT)]),
        ("functools.wraps", []),  # it takes a callable, and does not call it
        ("inspect.iscoroutinefunction", []),  # it takes one, and says whether it is one
        ("inspect.isasyncgenfunction", []),
        ("ast.walk", []),
        ("os.nope", []),
    ],
)
def test_callbacks(stubs: Stubs, called: str, callbacks: list[Callback]) -> None:
    assert list(stubs.callback_params(stubs.lookup(called))) == callbacks


def test_callbacks_are_called_with_what_the_other_arguments_hold(stubs: Stubs) -> None:
    key = stubs.callback_params(stubs.lookup("sorted"), None, (ITEMS,), (("key", ("callable", None, ANY)),))
    assert [(found.position, found.name, found.params) for found in key] == [(-1, "key", (ITEM,))]
    mapped = stubs.callback_params(stubs.lookup("map"), None, (("callable", None, ANY), ITEMS))
    assert [found.params for found in mapped] == [(ITEM,)]


NAMES = {"Item": "shop.Item", "Path": "pathlib.Path", "t.Any": "typing.Any", "Optional": "typing.Optional",
         "Callable": "collections.abc.Callable", "Iterator": "collections.abc.Iterator", "Gone": "os.nope"}  # fmt: skip


@pytest.mark.parametrize(
    ("annotation", "resolved"),
    [
        ("Item", ITEM),
        ("list[Item]", ITEMS),
        ("Optional[Path]", either(PATH, NONE)),
        ("Path | Item | None", either(PATH, ITEM, NONE)),
        ("type[Item]", ("class_of", ITEM)),
        ("tuple[int, ...]", ("tuple", (INT,), True)),
        ("tuple[int, Item]", tup(INT, ITEM)),
        ("Callable[[int], Item]", ("callable", (INT,), ITEM)),
        ("Callable[..., Item]", ("callable", None, ITEM)),
        ("Iterator[Item]", inst("typing.Iterator", ITEM)),
        ("t.Any", ANY),
        ("Gone", ANY),
        ("undefined", ANY),
        ("f(x)", ANY),
    ],
)
def test_annotations_of_the_source(stubs: Stubs, annotation: str, resolved: Type) -> None:
    names = {**NAMES, **{name: f"builtins.{name}" for name in ("list", "int", "type", "tuple")}}
    node = ast.parse(annotation, mode="eval").body
    assert stubs.resolve(type_of(node), "shop", names.get) == resolved


def test_classes_of_the_source_inherit_from_stubs() -> None:
    bases = {
        "shop.Basket": (inst("list", ITEM),),
        "shop.Big": (inst("shop.Basket"),),
        "shop.Loop": (inst("shop.Loop"),),
    }
    stubs = Stubs(source_bases=lambda name: bases.get(name, ()))
    assert stubs.mro("shop.Big")[:3] == ("shop.Big", "shop.Basket", "builtins.list")
    assert stubs.is_subclass("shop.Big", "typing.Iterable")
    assert stubs.iter_type(inst("shop.Big")) == ITEM
    assert stubs.returns(stubs.lookup("sorted"), None, (inst("shop.Big"),)) == ITEMS
    assert stubs.mro("shop.Loop") == ("shop.Loop",)


def test_entries(stubs: Stubs) -> None:
    assert stubs.mro("collections.OrderedDict")[:3] == (
        "collections.OrderedDict",
        "builtins.dict",
        "typing.MutableMapping",
    )
    assert stubs.mro("nope.Nope") == ()
    assert isinstance(stubs.lookup("pathlib"), StubModule)
    assert isinstance(stubs.lookup("pathlib.Path"), StubClass)
    assert isinstance(stubs.lookup("pathlib.Path.open"), StubFunction)
    assert isinstance(stubs.lookup("sys.argv"), StubVar)
    assert stubs.is_stdlib("os.path")
    assert not stubs.is_stdlib("requests")
    assert "concurrent.futures" in stubs.modules()
