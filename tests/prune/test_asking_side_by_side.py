"""Programs that ask a real server, before and after their requests were patched: they give the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.prune.patches import patch

PROGRAMS = {
    "a loop": (
        """\
        import requests

        BASE = "http://server"

        def main(names):
            found = {}
            for name in names:
                answer = requests.get(f"{BASE}/{name}", timeout=60)
                answer.raise_for_status()
                found[name] = answer.json()["path"]
            return found
        """,
        "ThreadPoolExecutor",
    ),
    "a list": (
        """\
        import requests

        BASE = "http://server"
        session = requests.Session()

        def main(names):
            return [session.get(f"{BASE}/{name}").json() for name in names]
        """,
        "ThreadPoolExecutor",
    ),
    "a generator": (
        """\
        import requests

        BASE = "http://server"
        session = requests.Session()

        def answers(names):
            for name in names:
                yield name, session.get(f"{BASE}/{name}").json()

        def main(names):
            return [(name, answer["path"]) for name, answer in answers(names)]
        """,
        "ThreadPoolExecutor",
    ),
    "messages": (
        """\
        import requests

        BASE = "http://server"

        def main(names):
            return [requests.post(f"{BASE}/told", json={"name": name}).status_code for name in names]
        """,
        "session.post",
    ),
    "a helper that makes sessions": (
        """\
        import requests

        BASE = "http://server"

        def connected():
            session = requests.Session()
            session.headers["Accept"] = "application/json"
            return session

        def main(names):
            return [connected().post(f"{BASE}/told", json={"name": name}).json() for name in names]
        """,
        "functools.cache",
    ),
    "awaits": (
        """\
        import asyncio
        import httpx

        BASE = "http://server"

        async def asked(client: httpx.AsyncClient, name: str) -> str:
            answer = await client.get(f"{BASE}/{name}")
            return answer.json()["path"]

        async def of_all(names):
            found = []
            async with httpx.AsyncClient() as client:
                for name in names:
                    found.append(await asked(client, name))
            return found

        def main(names):
            return asyncio.run(of_all(names))
        """,
        "asyncio.gather",
    ),
}

NAMES = ["a", "b", "c", "a"]


class Answers(BaseHTTPRequestHandler):
    """What says what it was asked."""

    def do_GET(self) -> None:
        """The path as JSON."""
        text = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self) -> None:
        """What was sent is read, and the path given."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    found = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    thread.join()
    found.server_close()


def given(source: str, base: str) -> Any:
    """What a program gives, asking a server."""
    scope: dict[str, Any] = {}
    exec(source.replace("http://server", base), scope)
    return scope["main"](NAMES)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_patched_program_gives_the_same(name: str, tmp_path: Path, server: str) -> None:
    source, word = PROGRAMS[name]
    (tmp_path / "m.py").write_text(dedent(source), encoding="utf-8")
    found = patch(default_config(tmp_path), (ActionConfig("main", ("m.main",)),))
    patched = found.after["m.py"].decode()
    assert word in patched
    assert given(patched, server) == given(dedent(source), server)
