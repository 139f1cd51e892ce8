"""Files of rules: every mistake, and what those that ship say."""

import re
from collections import Counter
from pathlib import Path

import pytest

from code_path_audit.costs.models import LATER_CLASSES, load_model
from code_path_audit.costs.tables import RuleTable, parse_table, read_table
from code_path_audit.errors import AuditError
from code_path_audit.profiles.amplification import KEPT_CONNECTION
from tests.costs.shipped import CLASSES, RULES, TABLES, user


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_shipped_rule_names_a_class(table: RuleTable) -> None:
    assert table.rules or table.kinds or table.returns
    assert {rule.cost_class for rule in table.rules} <= {*CLASSES, *LATER_CLASSES, ""}
    assert all(rule.mutation for rule in table.rules if not rule.cost_class)


def test_no_shipped_pattern_is_there_twice() -> None:
    patterns = Counter(RULES.canonical(p) for table in TABLES for rule in table.rules for p in rule.match)
    assert [name for name, count in patterns.items() if count > 1] == []


def test_no_table_says_twice_what_a_name_means() -> None:
    for rows in ([t.returns for t in TABLES], [t.aliases for t in TABLES]):
        names = Counter(name for row in rows for name in row)
        assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    ("kinds", "text"),
    [
        ([], "kinds is []"),
        ({"file_io": []}, "kinds.file_io is []"),
        ({"file_io": {"open": 1}}, "kinds.file_io.open is 1"),
        ({"file_io": {"open": []}}, "kinds.file_io.open is []"),
        ({"file_io": {"open": ["a b"]}}, "kinds.file_io.open: bad pattern"),
    ],
)
def test_bad_kinds(kinds: object, text: str) -> None:
    with pytest.raises(AuditError, match=re.escape(text)):
        parse_table({"kinds": kinds}, "mine.toml")


def test_shipped_kinds_are_kinds_of_classes_that_ship() -> None:
    model = load_model("reference")
    rows = [row for table in TABLES for row in table.kinds]
    assert {cost_class for cost_class, _, _ in rows} <= set(CLASSES)
    # a kind without constants of its own would say nothing; which session is kept counting says
    assert {(cost_class, kind) for cost_class, kind, _ in rows} | {("network", KEPT_CONNECTION)} == {
        (name, kind) for name, row in model.classes.items() for kind in row.kinds if not kind.endswith("_write")
    }


BAD = [
    ({"match": "a.b", "klass": "network"}, "rule-key", "unknown key rule[1].klass"),
    ({"class": "network"}, "rule-value", "rule[1].match is missing"),
    ({"match": [], "class": "network"}, "rule-value", "rule[1].match is []"),
    ({"match": [1], "class": "network"}, "rule-value", "rule[1].match is [1]"),
    ({"match": "a.b"}, "rule-value", "rule[1].class is missing"),
    ({"match": "a.b", "class": 5}, "rule-value", "rule[1].class is 5"),
    ({"match": "a.b", "class": ""}, "rule-value", "rule[1].class is ''"),
    ({"match": "a.b", "class": "netwrok"}, "rule-class", "which is no cost class; nearest: network"),
    ({"match": "a..b", "class": "network"}, "rule-pattern", "bad pattern 'a..b'"),
    ({"match": "*", "class": "network"}, "rule-pattern", "bad pattern '*'"),
    ({"match": "a.**.b", "class": "network"}, "rule-pattern", "bad pattern 'a.**.b'"),
    ({"match": "a.b**", "class": "network"}, "rule-pattern", "bad pattern 'a.b**'"),
    ({"match": "a" + ".*" * 7, "class": "network"}, "rule-pattern", "at most 6 wildcards"),
    ({"match": "a" * 201, "class": "network"}, "rule-pattern", "at most 200 characters"),
    ({"match": "a b", "class": "network"}, "rule-pattern", "no white space"),
    ({"match": "a\u001b[2J", "class": "network"}, "rule-pattern", "no control characters"),
    ({"match": ["a", "a"], "class": "network"}, "rule-duplicate", "a is matched twice, by rule[1] and rule[1]"),
    ({"match": "a", "class": "network", "size_from": -1}, "rule-value", "rule[1].size_from is -1"),
    ({"match": "a", "class": "network", "size_from": True}, "rule-value", "rule[1].size_from is True"),
    ({"match": "a", "class": "network", "only_given": ["0"]}, "rule-value", "rule[1].only_given is ['0']"),
    ({"match": "a", "class": "network", "unless_given": [-1]}, "rule-value", "rule[1].unless_given is [-1]"),
    ({"match": "a", "class": "network", "path_from": ["x y"]}, "rule-value", "rule[1].path_from is ['x y']"),
    ({"match": "a", "class": "network", "mutation": "attr_write"}, "rule-value", "one of file_write, ipc_emit"),
    ({"match": "a", "class": "none", "mutation": "ipc_emit"}, "rule-value", "rule[1].mutation is 'ipc_emit'"),
    ({"match": "a", "class": "network", "unit": "rows"}, "rule-value", "one of bytes, nodes"),
    ({"match": "a", "class": "network", "light": "yes"}, "rule-value", "rule[1].light is 'yes'"),
    ({"match": "a", "class": "network", "unless": "a..b"}, "rule-pattern", "rule[1].unless"),
]


@pytest.mark.parametrize(("row", "slug", "text"), BAD)
def test_bad_rule(row: dict[str, object], slug: str, text: str) -> None:
    with pytest.raises(AuditError) as caught:
        user(row)
    assert caught.value.slug == slug
    assert caught.value.where == "pyproject.toml"
    assert text in str(caught.value)
    assert str(caught.value).isprintable()


BAD_FILES = [
    (b"[[rule]\n", "rule-file", "not valid TOML"),
    (b"\xff\xfe", "rule-file", "not UTF-8"),
    (b"x = " + b"9" * 5000, "rule-file", "not valid TOML"),
    (b"x = " + b"[" * 100_000, "rule-file", "nested too deeply"),
    (b"#" * 1_000_001, "rule-file", "more than 1,000,000 bytes"),
    (b"rules = []", "rule-key", "unknown key rules; nearest: rule"),
    (b"rule = 1", "rule-value", "rule is 1"),
    (b"rule = [1]", "rule-value", "rule[1] is 1"),
    (b"returns = 1", "rule-value", "returns is 1"),
    (b"[aliases]\n'a.b' = 'c..d'", "rule-value", "aliases.\"a.b\" is 'c..d'"),
    (b"classes = 1", "rule-value", "classes is 1"),
]


@pytest.mark.parametrize(("data", "slug", "text"), BAD_FILES)
def test_bad_rule_file(tmp_path: Path, data: bytes, slug: str, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    with pytest.raises(AuditError) as caught:
        read_table(path, "mine.toml" if slug != "rule-file" else "")
    assert caught.value.slug == slug
    assert text in str(caught.value)
    assert caught.value.where.endswith("mine.toml")


def test_rule_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=r"cannot read the file: No such file .* Correct the file, .* \[rule-file\]"):
        read_table(tmp_path / "none.toml")


def test_a_table_without_rules_may_add_classes_alone() -> None:
    table = parse_table({"classes": {"gpu": {"per_unit": 5}}}, "mine.toml")
    assert load_model("heuristic", table.classes).classes["gpu"].per_unit == 5


@pytest.mark.parametrize(
    ("callee", "cost_class", "kind"),
    [
        ("ast.literal_eval", "ast_parse", "expression"),
        ("ast.parse", "ast_parse", ""),
        ("jinja2.Environment.from_string", "ast_parse", "template_text"),
        ("jinja2.Environment.get_template", "ast_parse", "template"),
        ("cx_Oracle.Cursor.execute", "network", "query"),
        ("oracledb.Cursor.execute", "network", "query"),
        ("asyncio.start_server", "network", "local"),  # nobody is talked to yet
        ("asyncio.open_connection", "network", ""),
        ("importlib.metadata.entry_points", "file_io", "packages"),
        ("pkgutil.iter_modules", "file_io", "packages"),
        ("pkgutil.get_data", "file_io", ""),  # one file is read
        ("io.TextIOWrapper.write", "file_io", "buffered"),
        ("typing.TextIO.readline", "file_io", "buffered"),
        ("io.TextIOWrapper.writelines", "file_io", "handle"),  # all of a file
        ("io.TextIOWrapper.read", "file_io", "handle"),
        ("io.FileIO.write", "file_io", "handle"),  # no buffer
        ("os.write", "file_io", "handle"),
        ("csv.Writer.writerow", "json_io", "row"),
        ("csv.reader", "json_io", ""),
    ],
)
def test_kinds_that_ship(callee: str, cost_class: str, kind: str) -> None:
    assert RULES.kind(callee, cost_class) == kind
