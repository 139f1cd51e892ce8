import ast
from typing import ClassVar, Iterator, NamedTuple


class Finding(NamedTuple):
    line: int
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.line}: {self.code} {self.text}"

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")


class Check:
    registry: ClassVar[dict[str, type["Check"]]] = {}
    code = ""

    def __init_subclass__(cls, code: str = "", **options: object) -> None:
        super().__init_subclass__(**options)
        if code:
            cls.code = code
            cls.registry[code] = cls

    def __init__(self, options: dict[str, int]) -> None:
        self.options = options
        self.findings: list[Finding] = []
        self.setup()

    def setup(self) -> None:
        pass

    def report(self, node: ast.AST, text: str) -> None:
        self.findings.append(Finding(getattr(node, "lineno", 0), self.code, text))

    def run(self, tree: ast.AST) -> Iterator[Finding]:
        self.visit(tree)
        self.finish()
        yield from self.findings

    def visit(self, node: ast.AST) -> None:
        visitor = getattr(self, "visit_" + type(node).__name__.lower(), None)
        if visitor is not None:
            visitor(node)
        for child in ast.iter_child_nodes(node):
            self.visit(child)

    def finish(self) -> None:
        pass


class TextCheck(Check):
    """Looks at lines; a base that has no code and is never made."""

    def run(self, tree: ast.AST) -> Iterator[Finding]:
        for number, line in enumerate(ast.unparse(tree).splitlines(), 1):
            yield from self.line(number, line)

    def line(self, number: int, line: str) -> Iterator[Finding]:
        raise NotImplementedError
