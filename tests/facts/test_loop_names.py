"""What loops are named for."""

from __future__ import annotations

import ast

import pytest

from code_path_audit.facts.loop_names import loop_name, singular, while_name

NAMES = {
    "orders": "order", "order.lines": "line", "self._entries": "entry", "range(n)": "n", "range(len(rows))": "row",
    "range(0, count)": "count", "enumerate(sorted(self.pages))": "page", "zip(names, values)": "name",
    "zip(gen(), rows)": "row",
    "prices.items()": "price", "data['children']": "child", "data.get('boxes', [])": "box", "self.find_files()": "file",
    "iter_orders()": "order", "load_all_matches(x)": "match", "os.listdir(path)": "entry", "path.glob('*')": "file",
    "text.split()": "text", "f(x)": "f", "(a for a in buses)": "bus", "[1, 2]": "item", "await fetch_users()": "user",
    "rows or []": "row", "rows[1:]": "row", "1": "item", "map(int, digits)": "digit", "get()": "item",
    "request.files.getlist('photos')": "photo", "request.GET.getlist(key)": "item",
    "chain(rows, lines)": "item", "chain(rows, rows)": "row", "sorted(old + new)": "item", "rows + [1]": "row",
    "rows * 2": "item", "[x for row in rows for x in row]": "item",
    "chain.from_iterable(order.lines for order in orders)": "line", "chain.from_iterable(rows)": "row",
    "old | new": "item", "old - new": "old",
}  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_names(text: str) -> None:
    target = ast.Name("item")
    tree = ast.parse(f"async def f(): {text}").body[0]
    assert isinstance(tree, ast.AsyncFunctionDef)
    node = tree.body[0]
    assert isinstance(node, ast.Expr)
    assert loop_name(node.value, target) == NAMES[text]


def test_what_has_no_name_is_a_round() -> None:
    assert loop_name(ast.parse("[1, 2]", mode="eval").body) == "round"
    assert loop_name(ast.parse("range(3)", mode="eval").body, ast.Name("_")) == "round"


def test_the_last_word_is_singular() -> None:
    assert singular("open_files") == "open_file"
    assert singular("status") == "status"
    assert singular("class") == "class"


WHILES = {
    "while files:\n    name = files.pop(0)": "file",
    "while self.pages:\n    one = self.pages.popleft()": "page",
    "while len(rows) > 0:\n    kind, row = rows.pop()": "row",
    "while todo:\n    job = todo.pop()": "job",
    "while todo:\n    kind, job = todo.pop()": "round",
    "while not self.queue.empty():\n    job: Job = self.queue.get()": "job",
    "while not queue.empty():\n    job = queue.get()": "job",
    "while heap:\n    node = heapq.heappop(heap)": "node",
    "while files:\n    print(files)\n    files.pop()": "file",
    "while files:\n    name = others.pop()": "round",
    "while line.strip():\n    line = line.pop()": "round",
    "while True:\n    job = queue.get()": "round",
    "while not files:\n    name = files.pop()": "round",
    "while n > 0:\n    n = n.pop()": "round",
}


@pytest.mark.parametrize("text", WHILES)
def test_a_loop_that_takes_elements_out_is_named_for_them(text: str) -> None:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.While)
    assert while_name(node) == WHILES[text]
