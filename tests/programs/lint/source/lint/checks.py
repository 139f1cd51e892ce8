import ast
from collections import Counter
from typing import Iterator

from lint.base import Check, Finding, TextCheck


class UnusedImport(Check, code="W1"):
    def setup(self) -> None:
        self.imported: dict[str, ast.AST] = {}
        self.used: set[str] = set()

    def visit_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.imported[self.local(alias)] = node

    visit_importfrom = visit_import

    def visit_name(self, node: ast.Name) -> None:
        self.used.add(node.id)

    def finish(self) -> None:
        for name, node in self.imported.items():
            if name not in self.used:
                self.report(node, f"unused import {name}")

    @staticmethod
    def local(alias: ast.alias) -> str:
        return alias.asname or alias.name.partition(".")[0]


class BareExcept(Check, code="E2"):
    def visit_excepthandler(self, node: ast.ExceptHandler) -> None:
        if node.type is None:
            self.report(node, "bare except")

    def visit_name(self, node: ast.Name) -> None:
        if node.id == "BaseException":
            self.report(node, "everything is caught")

    def leave_name(self, node: ast.Name) -> None:
        self.report(node, "never called")


class Complexity(Check, code="W3"):
    def visit_functiondef(self, node: ast.FunctionDef) -> None:
        counter = BranchCounter()
        counter.visit(node)
        if counter.total > self.options.get("complexity", 10):
            self.report(node, f"{counter.total} branches")


class BranchCounter(ast.NodeVisitor):
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def visit_If(self, node: ast.If) -> None:
        self.count(node)

    def visit_For(self, node: ast.For) -> None:
        self.count(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Lambdas are not looked into."""

    def count(self, node: ast.AST) -> None:
        self.counts[type(node).__name__] += 1
        self.generic_visit(node)


class LongLine(TextCheck, code="W4"):
    def line(self, number: int, line: str) -> Iterator[Finding]:
        if len(line) > self.options.get("length", 80):
            yield Finding(number, self.code, f"{len(line)} characters")


class Experimental(Check):
    """Without a code it is in no registry."""

    def visit_name(self, node: ast.Name) -> None:
        self.report(node, "a name")
