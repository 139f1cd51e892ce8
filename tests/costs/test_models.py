"""Cost models: what the heuristic table says, and every mistake of a model file."""

# ruff: noqa: E501 (a row reads best as one line)

from pathlib import Path

import pytest

from code_path_audit.costs.model import EXPENSIVE_THRESHOLD, CostClass
from code_path_audit.costs.models import load_model, model_names, parse_model, shipped_classes
from code_path_audit.errors import AuditError
from tests.costs.shipped import RULES

HEURISTIC = load_model("heuristic")


def test_heuristic_is_the_specifications_table() -> None:
    assert (HEURISTIC.name, HEURISTIC.threshold, HEURISTIC.assumed_bound) == ("heuristic", EXPENSIVE_THRESHOLD, 1)
    assert EXPENSIVE_THRESHOLD == 40_000
    assert {name: row.per_unit for name, row in HEURISTIC.classes.items()} == {
        "ast_parse": 200,
        "deep_copy": 200,
        "file_io": 100,
        "json_io": 150,
        "network": 500,
        "pickle": 300,
        "subprocess": 500,
    }
    assert {row[1:2] + row[3:7] for row in HEURISTIC.classes.values()} == {(0, 1, 0, "any", False)}
    assert not any(row.kinds for row in HEURISTIC.classes.values())


@pytest.mark.parametrize("name", model_names())
def test_every_shipped_model_loads(name: str) -> None:
    assert set(load_model(name).classes) >= set(shipped_classes())


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("network httpx.get", ["file_io httpx.Client", "network requests.get"]),
        ("file_io tempfile.TemporaryDirectory", ["file_io tempfile.mkdtemp", "file_io shutil.rmtree"]),
        ("file_io zipfile.ZipFile.extractall", ["file_io shutil.unpack_archive"]),
        ("file_io importlib.metadata.version", ["file_io importlib.metadata.distribution", "file_io importlib.metadata.Distribution.version"]),
        ("json_io configparser.ConfigParser.read", ["json_io configparser.ConfigParser.read_file", "file_io open"]),
        ("network urllib.request.urlopen", ["network http.client.HTTPSConnection.request", "network http.client.HTTPSConnection.getresponse"]),
        ("file_io os.scandir", ["file_io os.listdir"]),
    ],
)  # fmt: skip
def test_what_does_all_of_something_costs_what_its_parts_cost(whole: str, parts: list[str]) -> None:
    """Another spelling of a thing is no change."""
    model = load_model("reference")

    def base(row: str) -> float:
        cost_class, callee = row.split()
        of_class = model.classes[cost_class]
        return of_class.kinds.get(RULES.kind(callee, cost_class), of_class).base

    assert base(whole) == sum(map(base, parts))


# a user's models and classes


def test_a_users_class_is_added_or_put_over() -> None:
    model = load_model("heuristic", {"gpu": {"per_unit": 9}, "network": {"base": 5, "per_unit": 1, "warm_base": 2}})
    assert model.classes["gpu"] == CostClass("gpu", 0, 9, 1, 0, "any", False)
    assert model.classes["network"] == CostClass("network", 5, 1, 1, 2, "any", False)
    assert list(model.classes) == sorted(model.classes)
    assert "gpu" not in load_model("heuristic").classes


def test_a_model_file_that_extends(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'extends = "heuristic"\nthreshold = 5\nassumed_bound = 20\n'
        '[classes.pickle]\nbase = 10\nper_unit = 1\nassumed_size = 3\nunit = "nodes"\ncalibrated = true\n'
    )
    model = load_model(path)
    assert (model.name, model.threshold, model.assumed_bound) == ("mine", 5, 20)
    assert model.classes["pickle"] == CostClass("pickle", 10, 1, 3, 10, "nodes", True)
    assert model.classes["network"] == HEURISTIC.classes["network"]


def test_kinds_take_from_their_class_what_they_leave_out() -> None:
    kinds = {
        "stat": {"base": 2, "per_unit": 0},
        "read": {"per_unit": 3, "assumed_size": 9, "warm_base": 1, "unit": "any"},
    }
    table = {"base": 10, "per_unit": 1, "assumed_size": 5, "unit": "bytes", "calibrated": True, "kinds": kinds}
    found = parse_model({"extends": "heuristic", "classes": {"file_io": table}}, "mine.toml").classes["file_io"]
    assert found.of("stat") == CostClass("file_io", 2, 0, 5, 2, "bytes", True)
    assert found.of("read") == CostClass("file_io", 0, 3, 9, 1, "any", True)
    assert found.of("else") is found is found.of("")


GOOD = {"base": 0, "per_unit": 1, "assumed_size": 1}
BAD = [
    ({"treshold": 1}, "model-key", "unknown key treshold; nearest: threshold"),
    ({"extends": "nothing"}, "model-value", "extends is 'nothing'"),
    ({"classes": 1}, "model-value", "classes is 1"),
    ({"classes": {"network": 1}}, "model-value", "classes.network is 1"),
    ({"classes": {"network": {**GOOD, "pre_unit": 1}}}, "model-key", "unknown key classes.network.pre_unit"),
    ({"classes": {"network": {"base": 1}}}, "model-value", "classes.network has no per_unit"),
    ({"classes": {"network": {**GOOD, "base": -1}}}, "model-value", "classes.network.base is -1"),
    ({"classes": {"network": {**GOOD, "base": float("nan")}}}, "model-value", "classes.network.base is nan"),
    ({"classes": {"network": {**GOOD, "per_unit": float("inf")}}}, "model-value", "classes.network.per_unit is inf"),
    ({"classes": {"network": {**GOOD, "per_unit": 10**400}}}, "model-value", "classes.network.per_unit is 1000"),
    ({"classes": {"network": {**GOOD, "per_unit": True}}}, "model-value", "classes.network.per_unit is True"),
    ({"classes": {"network": {**GOOD, "assumed_size": "1"}}}, "model-value", "classes.network.assumed_size is '1'"),
    ({"classes": {"network": {**GOOD, "unit": "rows"}}}, "model-value", "Expected: one of bytes, nodes, any"),
    ({"classes": {"network": {**GOOD, "calibrated": 1}}}, "model-value", "classes.network.calibrated is 1"),
    ({"classes": {"network": {**GOOD, "kinds": 1}}}, "model-value", "classes.network.kinds is 1"),
    ({"classes": {"network": {**GOOD, "kinds": {"a": 1}}}}, "model-value", "classes.network.kinds.a is 1"),
    ({"classes": {"network": {**GOOD, "kinds": {"a": {}}}}}, "model-value", "classes.network.kinds.a has no per_unit"),
    ({"classes": {"network": {**GOOD, "kinds": {"a.b": GOOD}}}}, "model-value", "a name of letters, digits, _ and -"),
    (
        {"classes": {"network": {**GOOD, "kinds": {"a": {**GOOD, "kinds": {}}}}}},
        "model-key",
        "classes.network.kinds.a.kinds",
    ),
    ({"classes": {"loop_amplified": GOOD}}, "model-value", "other than loop_amplified and none"),
    ({"classes": {"a b": GOOD}}, "model-value", "a name of letters, digits, _ and -"),
    ({"classes": {"network": GOOD}}, "model-incomplete", "no class ast_parse, deep_copy, file_io, json_io, pickle"),
    ({"extends": "heuristic", "threshold": -1}, "model-value", "threshold is -1"),
    ({"extends": "heuristic", "threshold": 1.5}, "model-value", "threshold is 1.5"),
    ({"extends": "heuristic", "assumed_bound": 0}, "model-value", "assumed_bound is 0"),
    ({"extends": "heuristic", "name": 3}, "model-value", "name is 3"),
]


@pytest.mark.parametrize(("data", "slug", "text"), BAD)
def test_bad_model(data: dict[str, object], slug: str, text: str) -> None:
    with pytest.raises(AuditError) as caught:
        parse_model(data, "mine.toml")
    assert (caught.value.slug, caught.value.where) == (slug, "mine.toml")
    assert text in str(caught.value)


@pytest.mark.parametrize("name", ["heuristics", "../heuristic", "", "a\0b"])
def test_no_such_model(name: str) -> None:
    with pytest.raises(AuditError, match="no cost model") as caught:
        load_model(name)
    assert caught.value.slug == "model-missing"


def test_no_such_model_names_the_nearest() -> None:
    with pytest.raises(AuditError, match=r"no cost model 'heuristics'; nearest: heuristic\. Shipped: "):
        load_model("heuristics")


@pytest.mark.parametrize("name", ["none.toml", "a\0b.toml"])
def test_no_such_model_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(AuditError) as caught:
        load_model(f"{tmp_path}/{name}")
    assert caught.value.slug == "model-file"


def test_bad_class_of_a_configuration() -> None:
    with pytest.raises(AuditError, match=r"classes.gpu has no per_unit \(configuration\)"):
        load_model("heuristic", {"gpu": {}})
