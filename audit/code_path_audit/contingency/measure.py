"""Run by the Python of a scratch environment, and by nothing else: times two functions on an input of some size.

stdin: {"sample", "size", "baseline", "code"}; stdout: {"baseline_ns", "ns"} or {"error"}. It imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

ROUNDS = 7


def rows(count: int) -> list[dict[str, Any]]:
    """Plain data, as configurations and interfaces have it."""
    return [
        {
            "id": number,
            "name": f"name {number}",
            "tags": ["a", "b", str(number)],
            "price": number * 1.5,
            "ok": number % 2 == 0,
        }
        for number in range(count)
    ]


def toml(count: int) -> str:
    """The same as TOML."""
    return "".join(
        f'[[item]]\nid = {row["id"]}\nname = "{row["name"]}"\n'
        f"tags = {json.dumps(row['tags'])}\nprice = {row['price']}\n"
        for row in rows(count)
    )


def yaml(count: int) -> str:
    """The same as YAML."""
    return "".join(
        f"- id: {row['id']}\n  name: {row['name']}\n  tags: [a, b, c]\n  price: {row['price']}\n"
        f"  ok: {str(row['ok']).lower()}\n"
        for row in rows(count)
    )


def markdown(count: int) -> str:
    """Sections with paragraphs, lists and code."""
    return "".join(
        f"## Section {number}\n\nSome *text* with `code` and a [link](http://x/{number}).\n\n"
        "- one\n- two\n\n```\ncode\n```\n\n"
        for number in range(count)
    )


def xml(count: int) -> str:
    """Elements with attributes."""
    found = "".join(f'<row id="{number}"><name>name {number}</name></row>' for number in range(count))
    return f"<rows>{found}</rows>"


TEXTS = {"json": lambda count: json.dumps(rows(count)), "toml": toml, "yaml": yaml, "markdown": markdown, "xml": xml}


def sample(kind: str, size: int) -> Any:
    """An input of a kind: about `size` bytes of a text, about so many nodes of an object."""
    if kind == "object":
        return rows(max(size // 17, 1))
    if kind == "bytes":
        return b"x" * size
    make = TEXTS[kind]
    per = max(len(make(20)) / 20, 1)
    return make(max(round(size / per), 1)).encode()


def best(run: Any, data: Any) -> int:
    """Nanoseconds of the fastest of some rounds."""
    fastest = 0
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        run(data)
        took = time.perf_counter_ns() - begin
        fastest = took if not fastest else min(fastest, took)
    return max(fastest, 1)


def function_of(code: str) -> Any:
    """The function `run` that some code leaves."""
    scope: dict[str, Any] = {}
    exec(code, scope)
    return scope["run"]


def main() -> None:
    """One measurement."""
    asked = json.load(sys.stdin)
    try:
        data = sample(asked["sample"], asked["size"])
        found = {
            "baseline_ns": best(function_of(asked["baseline"]), data),
            "ns": best(function_of(asked["code"]), data),
        }
        print(json.dumps(found))
    except Exception as error:  # whatever a package does, it is no answer
        print(json.dumps({"error": f"{type(error).__name__}: {str(error)[:200]}"}))


if __name__ == "__main__":
    main()
