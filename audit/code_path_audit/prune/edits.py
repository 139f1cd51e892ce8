"""The edits of candidates that are mechanical, on one file: formatting and comments stay as they are."""

from __future__ import annotations

import libcst as cst
from libcst.metadata import MetadataWrapper

from code_path_audit.profiles.candidates.keepers import KEPT
from code_path_audit.prune.added import cache, kept, query, session
from code_path_audit.prune.changed import copy, keep, parser
from code_path_audit.prune.file import File, Refused, Wanted
from code_path_audit.prune.moved import client, commit, hoist, lazy, opened
from code_path_audit.prune.together import together

__all__ = ["EDITS", "Refused", "Wanted", "edited"]


def edited(data: bytes, wanted: Wanted) -> bytes:
    """A file with a candidate applied; Refused where that takes a person."""
    try:
        wrapper = MetadataWrapper(cst.parse_module(data))
    except (cst.ParserSyntaxError, SyntaxError) as error:  # the second is of a line that declares an encoding
        raise Refused("the file does not parse") from error
    file = File(wrapper, data)
    calls = [file.call(*place) for place in wanted.calls]
    if not calls:
        raise Refused("its call is not known by its place")
    if any(is_shown(file, call) for call in calls):
        raise Refused("its own text is a part of what an f-string gives")
    try:
        return EDITS[wanted.kind](file, calls, wanted).bytes
    except cst.CSTValidationError as error:  # `return(f(x))`: a name in place of the call would touch the keyword
        raise Refused("no space stands between it and a keyword") from error


def is_shown(file: File, call: cst.Call) -> bool:
    """Whether a call stands in `{...=}` of an f-string, which gives its text too."""
    return any(isinstance(row, cst.FormattedStringExpression) and row.equal is not None for row in file.climb(call))


def clients(file: File, calls: list[cst.Call], wanted: Wanted) -> cst.Module:
    """A session for requests, or a client that is made once."""
    if wanted.adds in ("thread", "process"):
        raise Refused(f"each {wanted.adds} needs one of its own")
    if wanted.adds == KEPT:
        return kept(file, calls)
    return session(file, calls, wanted) if "." in wanted.adds else client(file, calls, wanted)


EDITS = {
    "hoist": hoist, "client": clients, "commit": commit, "cache": cache, "copy": copy, "keep": keep, "parser": parser,
    "query": query, "open": opened, "lazy": lazy, "concurrent": together,
}  # fmt: skip
"""The edit of each kind that has one; of one kind some candidates do, and some do not."""
