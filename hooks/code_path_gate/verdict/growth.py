"""Because of what an op grew, as far as its runs and its weight say: a loop, a call, a cycle, a cache, a guard, a
connection."""

from __future__ import annotations

from collections.abc import Collection

from code_path_audit.callgraph.model import Evidence
from code_path_audit.facts.loop_names import ROUND
from code_path_audit.facts.rows import CONDITIONS, RARELY
from code_path_audit.profiles.runs.terms import Runs, Term, degree, figure
from code_path_audit.profiles.runs.words import AWAY, BESIDE, HERE, LONGER, from_text, in_words, term_in_words
from code_path_gate.baseline.model import BaselineOp, CostRow
from code_path_gate.baseline.read import rows_of, weights_of

NETWORK = "network"

ROUNDS = 10
"""Rounds of every loop by which sums of terms are ordered, be they what they may."""


def lost_guard(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op runs on a weaker condition now: always, where a branch or an error led to it before. What is kept
    since then runs always to be there, and not each time."""
    if not was.condition or not now.condition or (is_kept(now) and not is_kept(was)):
        return False
    return CONDITIONS.index(now.condition) < CONDITIONS.index(was.condition)


def may_lose_guard(op: BaselineOp, threshold: int) -> bool:
    """Whether an expensive op may run on fewer conditions than before: on one of several, or for what a filter held
    back; what is done where something goes wrong is another matter."""
    return op.condition != CONDITIONS[RARELY] and op.weight > threshold


def rare_no_more(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op ran only where something goes wrong, or for what nobody asks, and runs otherwise now: that is more,
    whatever the runs that were told of it then."""
    return was.condition == CONDITIONS[RARELY] and now.condition not in ("", CONDITIONS[RARELY])


def more_keys(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether what is kept is asked for by more than before, and was made once for what is made for each of something
    now: a cache that is given an argument, or one argument more. How many there are nobody knows."""
    if not was.runs or not now.runs or now.open_loops < was.open_loops or now.amplification < was.amplification:
        return False
    return keys(from_text(now.runs)) > keys(from_text(was.runs))


def guesses_objects(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether what was kept once is kept for each of something as far as a likely call goes alone: that there are
    several is a guess."""
    return is_kept(was) and not keys(from_text(was.runs)) and now.evidence == Evidence.LIKELY.word


def grows_faster(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op runs more often than before where its loops have many rounds, be they weighed as few."""
    if not was.runs or not now.runs or was.runs == now.runs:
        return False
    return figure(from_text(now.runs), ROUNDS) > figure(from_text(was.runs), ROUNDS)


def keys(runs: Runs) -> int:
    """By how many things together something is kept, where they are most."""
    return max(
        (sum(len(name.split(" and ")) for kind, name in term.loops if kind == "distinct") for term in runs), default=0
    )


def is_beside(op: BaselineOp) -> bool:
    """Whether an op waits beside others."""
    return op.runs.removeprefix(LONGER).removeprefix(HERE).startswith(BESIDE)


def lost_company(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op waited beside others, and they wait one after the other now."""
    return is_beside(was) and bool(now.runs) and not is_beside(now)


def came_onto_the_loop(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op waited in a thread, and blocks the event loop now."""
    was_away = was.runs.removeprefix(LONGER).removeprefix(HERE).removeprefix(BESIDE).startswith(AWAY)
    return was_away and now.blocks_event_loop


def lost_cache(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op ran for what was kept from one run of the action to the next, and runs in each of them now."""
    return was.runs.startswith(LONGER) and bool(now.runs) and not now.runs.startswith(LONGER)


def is_kept(op: BaselineOp) -> bool:
    """Whether an op only runs for something that is kept, at least as long as the action runs."""
    return op.runs.startswith((HERE, LONGER))


def lost_batches(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op ran for each batch of several, and runs for each one now. Rounds of which it is not known what they
    go through may be batches still, and so may what runs on a condition: that enough of them are there."""
    if not was.runs or not now.runs or not was.condition or not now.condition:
        return False
    if CONDITIONS.index(now.condition) > CONDITIONS.index(was.condition):
        return False
    before, after = from_text(was.runs), from_text(now.runs)
    return number_of(before, BATCHES) > number_of(after, BATCHES) and elements(after) > elements(before)


BATCHES = "pieces"
"""The kind of a loop over batches."""


def elements(runs: Runs) -> int:
    """The greatest number of loops through each of something in a term."""
    return max((sum(loop.kind == "loop" and loop.name != ROUND for loop in term.loops) for term in runs), default=0)


LOST = (lost_guard, lost_company, lost_cache, came_onto_the_loop, lost_batches)


def lost_something(was: BaselineOp, now: BaselineOp) -> bool:
    """Whether an op lost what made it harmless, be it a guard, company, a cache or a thread; its weight may be as it
    was."""
    return any(lost(was, now) for lost in LOST)


def gained_cache(was: BaselineOp, now: BaselineOp) -> list[str]:
    """The words for what an op runs less often by, where that is a cache."""
    if lost_cache(now, was):
        return ["a cache: it is kept for the next run of the action now"]
    before, after = from_text(was.runs), from_text(now.runs)
    if is_kept(was) or not is_kept(now) or not was.runs or figure(after, ROUNDS) >= figure(before, ROUNDS):
        return []
    return [f"a cache: it ran {in_brief(before)}, now {in_brief(after)}"]


def causes(was: BaselineOp, now: BaselineOp) -> list[str]:
    """What makes an op run more often than before, in words."""
    found = [f"a guard: it ran {was.condition}, now {now.condition}"] if lost_guard(was, now) else []
    if lost_company(was, now):
        found.append("a gather or a pool: it waited beside others, now one after the other")
    if came_onto_the_loop(was, now):
        found.append("the event loop: it waited in a thread, now it blocks the loop")
    if lost_cache(was, now):
        found.append("a cache: it was kept for the next run of the action, now it runs in each")
    if lost_batches(was, now):
        found.append(f"batches: it {change_in_brief(from_text(was.runs), from_text(now.runs))}")
    if not was.runs or not now.runs or was.runs == now.runs:
        return found
    before, after = from_text(was.runs), from_text(now.runs)
    if before == after:
        return found
    if more_keys(was, now):
        return [*found, f"a cache: it ran {in_words(before)}, now {in_words(after)}"]
    if figure(after, ROUNDS) <= figure(before, ROUNDS):
        return found
    told = f"it {change_in_brief(before, after)}"
    if number_of(before, "distinct") > number_of(after, "distinct") or (is_kept(was) and not is_kept(now)):
        return [*found, f"a cache: {told}"]
    if number_of(after, "cycle") > number_of(before, "cycle"):
        return [*found, f"a cycle: {told}"]
    return [*found, f"{'a loop' if degree(after) > degree(before) else 'a call'}: {told}"]


def number_of(runs: Runs, kind: str) -> int:
    """The greatest number of loops of a kind in a term."""
    return max((sum(loop.kind == kind for loop in term.loops) for term in runs), default=0)


KEPT_CONNECTION = "network.kept_connection"
"""The constants of a request by a session that was there before the action."""


def lost_connection(was: BaselineOp, now: BaselineOp, before: Collection[CostRow], after: Collection[CostRow]) -> bool:
    """Whether each round of a loop of unknown bound starts at least twice as dear as it did, over a network: a session
    is not kept any more. `before` and `after` are the constants that each side was weighed by.

    The more rounds there are, the less the first one hides of that: what two of them weigh says little. Outside of such
    loops only where the session was there before the action.
    """
    if now.base_class != NETWORK or was.base_class != NETWORK:
        return False
    if min(was.open_loops, now.open_loops) <= 0:
        alike = (was.amplification, was.size) == (now.amplification, now.size)
        return alike and is_kept_open(was, before) and not is_kept_open(now, after)
    old, new = further_starts(was, before), further_starts(now, after)
    return bool(old) and bool(new) and min(new) >= 2 * max(old)


def is_kept_open(op: BaselineOp, costs: Collection[CostRow]) -> bool:
    """Whether an op may have been weighed as a request by a session that was there before."""
    return any(op.weight in weights_of(op, row) for row in rows_of(op, costs) if row.name == KEPT_CONNECTION)


def further_starts(op: BaselineOp, costs: Collection[CostRow]) -> list[float]:
    """What the start of one more execution weighs, by each of the constants that may have weighed an op."""
    return [row.warm_base for row in rows_of(op, costs) if op.weight in weights_of(op, row)]


BRIEF = 40
"""Characters of words about runs that are read at a glance."""


def in_brief(runs: Runs) -> str:
    """How often, in words; of more than a few the term of the highest degree."""
    words = in_words(runs)
    return words if len(words) <= BRIEF else f"{term_in_words(runs[0])}{', and more' * (len(runs) > 1)}"


def change_in_brief(before: Runs, after: Runs) -> str:
    """How often an op ran and runs now; where both take many words, what there is now that was not there before."""
    words = (in_words(before), in_words(after))
    if max(map(len, words)) <= BRIEF and words[0] != words[1]:
        return f"ran {words[0]}, now {words[1]}"
    old = {loop for term in before for loop in term.loops}
    # the new term that says most: the one with the highest degree comes first
    for term in after:
        new = tuple(loop for loop in term.loops if loop not in old)
        if new:
            return f"runs now also {term_in_words(Term(new, 1))}"
    return "runs more often, in the loops of before" if degree(after) else "runs more often"
