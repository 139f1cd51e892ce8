"""What is kept longer than one run of an action: a cache of a module, a class, an object that was there before.

How often such a thing is made in one run says little of it: in the second run it is not made at all. Whoever takes the
cache away has each run pay for it, also where the counts stay what they were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from code_path_audit.callgraph.model import Evidence
from code_path_audit.facts.rows import KEPT
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.runs.caches import defined_in, is_made_once, is_of_class
from code_path_audit.profiles.runs.decorators import Cache
from code_path_audit.profiles.runs.distinct import DEPTH, Given, Token, values_of, values_of_param
from code_path_audit.profiles.runs.graph import depths_from
from code_path_audit.profiles.runs.resets import Resets
from code_path_audit.profiles.runs.standing import arm_at, stands

POSSIBLE = Evidence.POSSIBLE.word
MADE_ANEW = ("View", "ViewSet", "Handler", "Resource", "Request", "Form", "Serializer", "Command", "Task", "Job")
"""Ends of names of classes of which frameworks make an object for each run."""


class Lasting:
    """What an action runs for the sake of something that is kept. `functions` are those whose results are, and `arms`
    what other functions make so, each as (function, number)."""

    def __init__(self, reach: Reach, functions: Collection[str], arms: Collection[tuple[str, int]]) -> None:
        self.reach, self.arms = reach, arms
        callees = {
            caller: [
                edge.callee
                for edge in edges
                if edge.evidence != POSSIBLE and edge.callee not in functions and not self.keeps(caller, edge.site)
            ]
            for caller, edges in (reach.callees.items() if functions or arms else ())
        }
        self.each_time = frozenset(depths_from(reach.entries, callees)) if callees else None

    def keeps(self, function: str, site: int) -> bool:
        """Whether a place makes something that is kept, or hands a function to what keeps it."""
        if (function, ~site) in self.arms:
            return True
        keeper = stands(self.reach, function, site).keeper
        return keeper >= 0 and (function, keeper) in self.arms

    def is_kept(self, function: str, site: int) -> bool:
        """Whether a place only runs for something that is kept longer."""
        return self.each_time is not None and (function not in self.each_time or self.keeps(function, site))


COMMANDS = frozenset(("main", "cli", "run", "execute", "call", "console", "command", "entry_point", "entrypoint"))
"""Names of functions that a process runs once: what it keeps longer is of no use to anybody."""


def is_command(reach: Reach, function: str) -> bool:
    """Whether an entry point is a command, or a module: there is no next run of it in the same process."""
    name = function.rpartition(".")[2].partition("#")[0]
    return name in COMMANDS or reach.facts(function).kind == "module"


def lasting(given: Given, resets: Resets, caches: Mapping[str, Cache], keepers: Collection[tuple[str, int]]) -> Lasting:
    """What of an action is kept longer than it runs."""
    if any(is_command(given.reach, name) for name in given.reach.entries):
        return Lasting(given.reach, (), ())
    functions = [name for name, cache in caches.items() if outlives(given, resets, name, cache)]
    return Lasting(given.reach, functions, frozenset(row for row in keepers if arm_outlives(given, resets, *row)))


def outlives(given: Given, resets: Resets, function: str, cache: Cache) -> bool:
    """Whether the results of a function are there in the next run of an action, too."""
    facts = given.reach.facts(function)
    if is_inside(given, function) or not is_made_once(given, function):
        return False
    is_method = bool(facts.params) and facts.params[0].name == "self"
    if cache.how == "object" or is_method:
        found = values_of_param(given, function, 0, DEPTH) if is_method else None
        if not found or not all(map(was_before, found)):
            return False
    return not resets.empty(function, facts.name.rpartition(".")[2])


def arm_outlives(given: Given, resets: Resets, function: str, number: int) -> bool:
    """Whether what a function makes, where it is not there, is there in the next run of an action."""
    if number < 0:
        return not is_inside(given, function)
    arm = arm_at(given.reach.facts(function), given.reach.graph, function, number)
    if arm.left != KEPT or is_inside(given, function) or resets.empty(function, arm.target, arm.flag):
        return False
    if arm.holder < 0 or is_of_class(given, function, arm):
        return True
    found = values_of(given, function, arm.holder, DEPTH)
    return bool(found) and all(was_before(token) for token in found or ())


def was_before(token: Token) -> bool:
    """Whether a value is there before an action begins: of a module, or the object whose method is an entry point, but
    for one of a kind that is made for each request."""
    if token[0] == "name":
        return True
    owner = str(token[1]).rpartition(".")[0].rpartition(".")[2] if token[0] == "entry" and token[2] == 0 else ""
    return owner[:1].isupper() and not owner.endswith(MADE_ANEW)


def is_inside(given: Given, function: str) -> bool:
    """Whether a function is defined in another one, which may make a new one each time."""
    return defined_in(given, function) > 0
