"""Tables of stubs in the store: the same answers, whether they were parsed or kept."""

from pathlib import Path

import pytest

from code_path_audit.program.stubs import tables as stub_tables
from code_path_audit.program.stubs.cache import KeptStubs, KeptTables
from code_path_audit.program.stubs.names import INDEX
from code_path_audit.program.stubs.queries import Stubs
from code_path_audit.store.pack import open_store

ASKED = ("open", "pathlib.Path.read_text", "asyncio.gather", "subprocess.run", "nope", "os.environ.get", "enum.Enum")


def answers(stubs: Stubs) -> list[object]:
    return [(stubs.lookup(name), stubs.returns(stubs.lookup(name))) for name in ASKED]


def kept(folder: Path) -> KeptTables:
    """Tables in a store that has those of `ASKED`."""
    stubs = KeptStubs(open_store(str(folder / "store"), 1e9))
    answers(stubs)
    stubs.keep()
    return KeptTables(open_store(str(folder / "store"), 1e9))


def test_what_was_kept_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = kept(tmp_path)
    parsed = Stubs()
    expected = answers(parsed)
    monkeypatch.setattr(stub_tables, "load", None)
    monkeypatch.setattr(stub_tables, "index", None)
    stubs = Stubs(tables)
    assert answers(stubs) == expected
    assert stubs.used() == parsed.used()


@pytest.mark.parametrize("name", ["pathlib", INDEX])
@pytest.mark.parametrize("data", [b"", b"{}", b"[", b"7", b"\xff", b'["os",false,null,[],[]]', b"[1]"])
def test_what_is_damaged_is_parsed_again(name: str, data: bytes, tmp_path: Path) -> None:
    tables = kept(tmp_path)
    Stubs(tables).modules()  # the list of them is known
    key = tables.key(name)
    assert key is not None and tables.get(name) is not None
    damaged = open_store(str(tmp_path / "other"), 1e9)
    damaged.put(key, data)
    again = KeptTables(damaged)
    again.known = {} if name == INDEX else {INDEX: tables.known[INDEX]}
    assert answers(Stubs(again)) == answers(Stubs())


def test_without_a_store_nothing_is_kept() -> None:
    tables = KeptTables(open_store("", 0.0))
    stubs = Stubs(tables)
    answers(stubs)
    tables.keep(stubs.used())
    assert tables.known == {}


def test_what_is_no_stub_module_has_no_key(tmp_path: Path) -> None:
    tables = kept(tmp_path)
    Stubs(tables).modules()
    assert tables.key("no.such") is None


def test_each_store_gets_the_tables(tmp_path: Path) -> None:
    for name in ("one", "other"):
        stubs = KeptStubs(open_store(str(tmp_path / name), 1e9))
        answers(stubs)
        stubs.keep()
        tables = KeptTables(open_store(str(tmp_path / name), 1e9))
        Stubs(tables).modules()
        assert tables.get("pathlib") is not None
