"""Calls of another process or machine in a loop: what one call for all would be, in words, by what the callee does.

By the last name of the callee, whatever the library, so wrong for one that means something else by it. No proposal is
made for what stands for itself (a worker that is started, a connection to another address), for what waits for an
answer, and for what has its answer from the round before (`while`).
"""

from __future__ import annotations

from typing import NamedTuple

STARTING = ("os.fork", "os.posix_spawn", "pty.", "multiprocessing.", "billiard.", "loky.", "concurrent.", "threading.")
"""What starts one worker: two are started by two calls."""

OPENING = (
    "connect",
    "open",
    "create_connection",
    "create_server",
    "login",
    "dial",
    "bind",
    "listen",
    "accept",
    "starttls",
)
"""Beginnings of names that make a connection; a class does so as well."""  # fmt: skip

WAITING = (
    "recv", "read", "fetch", "next", "iter", "json", "communicate", "wait", "poll", "select", "receive", "result",
    "drain", "close", "quit", "join", "kill", "terminate", "__", "executemany", "bulk", "batch", "pipeline", "gather",
    "getaddrinfo", "gethostby", "scan", "rollback", "ping",
)  # fmt: skip
"""Beginnings of names that take what was sent, end something, or carry many already."""

ENDING = ("commit", "flush", "sync")
"""Names of what makes everything before it last."""

ASKING = (
    "get",
    "head",
    "options",
    "query",
    "scalar",
    "find",
    "search",
    "lookup",
    "urlopen",
    "download",
    "list",
    "count",
    "exists",
    "show",
    "describe",
)
"""Beginnings of names that ask for something."""  # fmt: skip


class Words(NamedTuple):
    """A title, a reason and an effort. `same_input`: whether it holds too where every round has the same input."""

    title: str
    why: str
    effort: str
    same_input: bool = False


def batch_words(callee: str, base_class: str) -> Words | None:
    """What one call for all would be; None where there is no such thing."""
    last = callee.rpartition(".")[2]
    name = last.lower().lstrip("_")
    is_class = last[:1].isupper() and not last.isupper() and last != "Popen"
    if callee.startswith(STARTING) or is_class or last.isupper() or name.startswith((*OPENING, *WAITING)):
        return None
    if base_class == "subprocess":
        return Words(
            f"Run one process for all, in place of {callee} in the loop",
            "each process costs its start, whatever it is given; effort large: the program has to take many at once",
            "large",
        )
    if name in ENDING:
        return Words(
            f"Call {callee} once, after the loop",
            "each call in the loop waits for the other side again; effort small: one statement moves",
            "small",
            same_input=True,
        )
    if name.startswith("execute"):
        return Words(
            f"Execute one statement for all rows, in place of {callee} in the loop",
            "each statement in the loop is a round trip; effort large: the statement has to be written for many rows",
            "large",
        )
    if name.startswith(ASKING):
        return Words(
            f"Ask for all at once, before the loop: one {callee} in place of many",
            "each request in the loop is a round trip; effort large: the other side has to answer for many at once",
            "large",
        )
    return Words(
        f"Send all at once, after the loop: one {callee} in place of many",
        "each call in the loop pays the fixed cost again; effort large: the other side has to take many at once",
        "large",
    )
