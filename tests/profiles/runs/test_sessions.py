"""Sessions: what a request opens a connection for each time, because its session is made as often."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_audit.config import default_config
from code_path_audit.costs.operations import find_ops
from code_path_audit.profiles.trace import weigh
from tests.callgraph.solving import program_of

HEAD = """
import requests, aiohttp

SESSION = requests.Session()

def connected():
    session = requests.Session()
    return session

class Client:
    def __init__(self):
        self.session = requests.Session()
    def page(self, address):
        return self.session.get(address)

class Given:
    def __init__(self, session):
        self.session = session
    def page(self, address):
        return self.session.get(address)
"""

BODIES = {
    "one for all": ("client = Client()\n    for address in addresses:\n        client.page(address)", ""),
    "one for each, in an object": ("for address in addresses:\n        Client().page(address)", "connection"),
    "one for each": (
        "for address in addresses:\n        session = requests.Session()\n        session.get(address)", "connection",
    ),
    "one for each, entered": (
        "for address in addresses:\n        with requests.Session() as session:\n            session.get(address)",
        "connection",
    ),
    "one for each part, of many": (
        "for part in addresses:\n        with requests.Session() as session:\n            for address in part:\n"
        "                session.get(address)", "",
    ),
    "one that is made elsewhere": ("for address in addresses:\n        Given(requests.Session()).page(address)", ""),
    "one for each, by a helper": ("for address in addresses:\n        connected().get(address)", "connection"),
    "one for all, by a helper": (
        "session = connected()\n    for address in addresses:\n        session.get(address)", "",
    ),
    "one for all, of the module": ("for address in addresses:\n        SESSION.get(address)", ""),
    "once": ("requests.Session().get(addresses)", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_kind_of_a_request(name: str) -> None:
    body, kind = BODIES[name]
    program = program_of({"m": f"{HEAD}\ndef main(addresses):\n    {body}\n"})
    graph = pipeline.solve(program, ("m.main",))
    costs = pipeline.costs_of(default_config(Path(".")))
    found = weigh(program, graph, find_ops(program, graph, costs.model, costs.rules), (), costs.model, ("m.main",)).ops
    assert [op.kind for op in found] == [kind]


REQUESTS = {
    "of the module": ("SESSION.get(addresses)", "kept_connection"),
    "of the module, in a loop": ("for address in addresses:\n        SESSION.get(address)", "kept_connection"),
    "made in the request": ("requests.Session().get(addresses)", ""),
    "made in each round": ("for address in addresses:\n        requests.Session().get(address)", "connection"),
    "given": ("addresses.session.get(addresses)", None),
    "without any": ("requests.get(addresses)", "connection"),
}
"""What one request of many asks for: the connection of a session that the process keeps is open."""


@pytest.mark.parametrize("name", REQUESTS)
def test_kind_of_a_request_in_a_handler(name: str) -> None:
    body, kind = REQUESTS[name]
    program = program_of({"m": f"{HEAD}\ndef main(addresses):\n    {body}\n"})
    graph = pipeline.solve(program, ("m.main",))._replace(requests=True)
    costs = pipeline.costs_of(default_config(Path(".")))
    found = weigh(program, graph, find_ops(program, graph, costs.model, costs.rules), (), costs.model, ("m.main",)).ops
    assert [op.kind for op in found] == ([] if kind is None else [kind])
