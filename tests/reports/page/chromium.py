"""A real browser without a window, driven over two pipes by the DevTools protocol: no library, no port, no network.

with Chromium(path) as browser:
    page = browser.open("file:///...")
    page.run("document.title")
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_S = 60
"""Seconds after which a page that does not answer counts as hung."""

KEYS = {"ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39, "Enter": 13, "Escape": 27, "Tab": 9,
        "Home": 36, "End": 35, " ": 32, "Backspace": 8}  # fmt: skip
"""The keys that tests press, with their virtual codes."""


def installed() -> str | None:
    """The program, None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Chromium:
    """One browser; its profile is a folder of its own, which goes with it."""

    def __init__(self, program: str) -> None:
        self._folder = tempfile.mkdtemp(prefix="page-test-")
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        command = [
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            "--hide-scrollbars", f"--user-data-dir={self._folder}", "about:blank",
        ]  # fmt: skip

        # the browser reads commands from 3 and writes answers to 4
        script = 'exec 3<&"$0" 4>&"$1"; shift; exec "$@"'
        self._process = subprocess.Popen(
            ["bash", "-c", script, str(to_browser), str(from_browser), *command],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._left = b""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.ask("Browser.close")
        except (OSError, EOFError):
            self._process.kill()
        self._process.wait(PATIENCE_S)
        os.close(self._out)
        os.close(self._in)
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, method: str, parameters: Mapping[str, object] | None = None, session: str = "") -> dict[str, Any]:
        """What the browser answers to one command; what else it says meanwhile is kept in `events`."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": dict(parameters or {})}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode("utf-8") + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def wait_for(self, event: str, session: str) -> dict[str, Any]:
        """The next event of a name."""
        while True:
            for index, found in enumerate(self.events):
                if found.get("method") == event and found.get("sessionId") == session:
                    return self.events.pop(index)
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            if not select.select([self._in], [], [], PATIENCE_S)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise EOFError("the browser has ended")
            self._left += data
        text, _, self._left = self._left.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found

    def open(self, url: str, width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        """A page, loaded."""
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session: str = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = Page(self, session, target)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.ask(f"{domain}.enable")
        page.look(width, height, dark)
        page.load(url)
        return page


class Page:
    """One page: what it holds, and what a person does to it."""

    def __init__(self, browser: Chromium, session: str, target: str) -> None:
        self._browser, self._session, self._target = browser, session, target

    def ask(self, method: str, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        """One command to this page."""
        return self._browser.ask(method, parameters, self._session)

    def look(self, width: int, height: int, dark: bool = False) -> None:
        """The size of the window, and what its person prefers."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", size)
        wanted = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.ask("Emulation.setEmulatedMedia", {"features": wanted})

    def load(self, url: str) -> None:
        """Go to an address, and wait until it is there."""
        self.ask("Page.navigate", {"url": url})
        self._browser.wait_for("Page.loadEventFired", self._session)

    def run(self, expression: str) -> Any:
        """The value of an expression, as JSON has it; RuntimeError where it throws."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.ask("Runtime.evaluate", asked)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that a selector finds, as they are seen."""
        found: list[str] = self.run(
            f"[...document.querySelectorAll({json.dumps(selector)})].map((found) => found.innerText)"
        )
        return found

    def text(self, selector: str) -> str:
        """The text of the one element."""
        (found,) = self.texts(selector)
        return found

    def click(self, selector: str, number: int = 0) -> None:
        """A click of the mouse into the middle of an element, which is scrolled to before."""
        x, y = self.run(
            f"""(() => {{
              const found = document.querySelectorAll({json.dumps(selector)})[{number}];
              found.scrollIntoView({{block: "center"}});
              const box = found.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})
        self.settle()

    def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            code = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS.get(key, ord(key[0].upper()))}
            text = {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 else "")
            self.ask("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **code, "text": text})
            self.ask("Input.dispatchKeyEvent", {"type": "keyUp", **code})
        self.settle()

    def type(self, text: str) -> None:
        """Text into what has the focus."""
        self.ask("Input.insertText", {"text": text})
        self.settle()

    def settle(self) -> None:
        """Until what was begun is drawn."""
        frames = "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(null))))"
        self.run(f"new Promise((done) => {frames})")

    def until(self, condition: str) -> None:
        """Until a condition holds, looked at in every frame."""
        self.run(
            f"""new Promise((done) => {{
              const look = () => (({condition}) ? done(null) : requestAnimationFrame(look));
              look();
            }})"""
        )

    def errors(self) -> list[str]:
        """What went wrong in the page so far: exceptions, and what the browser refused."""
        found = []
        for event in self._browser.events:
            if event.get("sessionId") != self._session:
                continue
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(event["params"])[:1000])
            elif event["method"] == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
                found.append(event["params"]["entry"]["text"])
        return found

    def asked_for(self) -> list[str]:
        """The addresses that the page has asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self._browser.events
            if event.get("sessionId") == self._session and event["method"] == "Network.requestWillBeSent"
        ]

    def screenshot(self, path: Path, whole: bool = False) -> None:
        """A picture of the window, or of the whole page, as PNG."""
        shot = self.ask("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})
        path.write_bytes(base64.b64decode(shot["data"]))

    def seconds(self, expression: str) -> float:
        """How long an expression and drawing what it makes take."""
        began = time.perf_counter()
        self.run(expression)
        self.settle()
        return time.perf_counter() - began

    def close(self) -> None:
        """Ends the page."""
        self._browser.ask("Target.closeTarget", {"targetId": self._target})
