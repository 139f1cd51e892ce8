"""Programs as text, and the queries that an action of them pays for: place, what it is, how often."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, default_config
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.entry import resolve_entries
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.trace import Weighed, weigh
from code_path_audit.program.model import Program
from code_path_audit.runtime.observations import Observations
from code_path_audit.sources.layout import is_of_package, is_path_of_source, module_of
from code_path_audit.sources.model import SourceFile, SourceTree

MODELS = """\
from django.db import models

class Customer(models.Model):
    name = models.CharField(max_length=20)

class OrderQuerySet(models.QuerySet):
    def recent(self):
        return self.filter(id__gt=1)
    def with_customer(self):
        return self.select_related("customer")

class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    created = models.DateTimeField()
    tags = models.ManyToManyField("Tag")
    objects = OrderQuerySet.as_manager()
    def total(self):
        return sum(line.price for line in self.lines.all())
    @property
    def customer_name(self):
        return self.customer.name

class Line(models.Model):
    order = models.ForeignKey("Order", on_delete=models.CASCADE, related_name="lines")
    price = models.DecimalField()

class Note(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)

class Bill(models.Model):
    order = models.OneToOneField("shop.Order", on_delete=models.CASCADE, related_name="bill")

class Tag(models.Model):
    name = models.CharField(max_length=20)
"""
"""Models that the rows of the tests use: the module `shop.models`."""

HEAD = "from django.db import models, transaction\nfrom shop.models import *\n"


def ops_of(modules: Mapping[str, str], *entries: str) -> list[ExpensiveOp]:
    """The ops of an action, in the order of the source; modules by their name, templates by their path."""
    files = [(name if "/" in name else name.replace(".", "/") + ".py", text) for name, text in modules.items()]
    assert all(is_path_of_source(path) for path, _ in files)
    tree = [SourceFile(path, module_of(path, ""), is_of_package(path, ""), "", text.encode()) for path, text in files]
    found = weighed(pipeline.program_of(SourceTree(tuple(sorted(tree)), ())), *entries)
    return sorted(found.ops, key=lambda op: (op.file, op.line, op.callee))


def weighed(program: Program, *entries: str) -> Weighed:
    """What an action reaches, and its ops as it runs them."""
    config = default_config(Path("."))
    costs = pipeline.costs_of(config)
    action = ActionConfig("test", entries, "")
    solved = pipeline.solve_and_find(program, action, config, costs, Observations(), lambda _: None)
    entry_points = resolve_entries(program, solved.entry_points)
    return weigh(program, solved.graph, solved.ops, solved.mutations, costs.model, entry_points)


def profile_of(modules: Mapping[str, str], *entries: str) -> ActionProfile:
    """The profile of an action, with its candidates; the source is what the texts say."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in modules.items():
            path = Path(folder, name if "/" in name else name.replace(".", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        config = default_config(Path(folder), (".",))
        return pipeline.trace(pipeline.load(config), ActionConfig("test", tuple(entries), ""), config)


def queries(body: str, models: str = MODELS, entry: str = "m.f") -> list[str]:
    """The queries of `f` in a module with a body; each as "what, how often" with what is Django's own left out."""
    modules = {"shop.__init__": "", "shop.models": models, "m": HEAD + body}
    return [told(op) for op in ops_of(modules, entry) if op.base_class == "network"]


def told(op: ExpensiveOp) -> str:
    """An op in a line."""
    name = op.callee.removeprefix("django.db.models.").removeprefix("django.db.").removeprefix("django.")
    doubt = "" if op.evidence == "certain" else f", {op.evidence}"
    return f"{name} {op.how_often}{doubt}"
