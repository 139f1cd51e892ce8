"""What is asked on a terminal. Questions go where the caller says; an empty answer takes what is proposed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from code_path_audit.errors import AuditError
from code_path_audit.proposals.proposal import Proposal, described


class Questions(NamedTuple):
    """`tell` writes text; `read` gives a line of the answer without its end, None where there is no more."""

    tell: Callable[[str], None]
    read: Callable[[], str | None]

    def which(self, proposal: Proposal) -> Proposal:
        """The proposal with the actions that are wanted."""
        self.tell("\n".join(described(proposal)) + "\n")
        every = range(1, len(proposal.chosen) + 1)
        while True:
            answer = self._answer("Take these actions? [Y/n, or the numbers of some] ").lower()
            if answer in ("", "y", "yes"):
                return proposal
            if answer in ("n", "no"):
                raise declined()
            words = answer.replace(",", " ").split()
            if all(word.isascii() and word.isdigit() and int(word) in every for word in words):
                wanted = {int(word) for word in words}
                return proposal._replace(chosen=tuple(proposal.chosen[n - 1] for n in every if n in wanted))
            self.tell(f"Answer y, n, or numbers from 1 to {every[-1]}.\n")

    def yes(self, question: str) -> bool:
        """Whether something is wanted."""
        while True:
            answer = self._answer(f"{question} [Y/n] ").lower()
            if answer in ("", "y", "yes", "n", "no"):
                return not answer.startswith("n")
            self.tell("Answer y or n.\n")

    def _answer(self, question: str) -> str:
        self.tell(question)
        answer = self.read()
        if answer is None:
            raise declined()
        return answer.strip()


def declined() -> AuditError:
    """Somebody did not want it."""
    return AuditError("init-declined", "nothing was written", todo="Run init again, or write the tables by hand.")
