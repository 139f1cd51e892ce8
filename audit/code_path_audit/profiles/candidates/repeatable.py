"""Whether it means the same to run an op once in place of often, by what it does and by where it stands."""

from __future__ import annotations

import ast

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.candidates.names import names_of
from code_path_audit.profiles.candidates.proposal import Traced
from code_path_audit.profiles.candidates.streams import consumes_nothing
from code_path_audit.profiles.candidates.syntax import COMPREHENSIONS, Spot, within
from code_path_audit.profiles.effects import STREAMS, is_stateful

READS_FILES = frozenset(("file_io", "subprocess"))
READING = frozenset(("read_text", "read_bytes", "open", "listdir", "iterdir", "glob", "rglob"))
"""Last names of what reads files and folders. Whether something exists or how old it is, is asked again on purpose."""

TABLES = frozenset(("read_csv", "read_table", "read_fwf", "read_excel", "read_parquet", "read_feather", "loadtxt"))
"""Last names of what reads a whole file into a table that its users could change."""


INSTALLED = frozenset((
    "entry_points", "version", "metadata", "distribution", "distributions", "packages_distributions", "requires",
    "iter_entry_points", "get_distribution",
))  # fmt: skip
PACKAGES = ("importlib.metadata.", "importlib_metadata.", "pkg_resources.")


def asks_packages(op: ExpensiveOp) -> bool:
    """Whether an op asks what is installed: the same as long as the process runs."""
    return op.callee.startswith(PACKAGES) and op.callee.rpartition(".")[2] in INSTALLED


def reads_files(op: ExpensiveOp) -> bool:
    """Whether an op gives what is in a file that may change, or what another process says."""
    if asks_packages(op):
        return False
    return base_class_of(op) in READS_FILES or op.callee in OPENS_WHAT_IT_PARSES


OPENS_WHAT_IT_PARSES = frozenset((
    "xml.etree.ElementTree.parse", "defusedxml.ElementTree.parse", "lxml.etree.parse", "xml.dom.minidom.parse",
    "omegaconf.OmegaConf.load",
))  # fmt: skip
"""Parsers that are given a path, and open it themselves."""


def is_repeatable(traced: Traced, op: ExpensiveOp) -> bool:
    """Whether running an op once instead of often gives the same: it changes nothing, and consumes nothing."""
    if (op.function, op.site) in traced.known.effectful or is_stateful(op.callee):
        return False
    if base_class_of(op) in ("deep_copy", "subprocess"):
        return False
    if op.callee.rpartition(".")[2] in STREAMS and not consumes_nothing(traced, op):
        return False
    if base_class_of(op) == "file_io" and not asks_packages(op):
        return op.callee.rpartition(".")[2] in READING | TABLES
    return True


def makes_objects(op: ExpensiveOp) -> bool:
    """Whether what an op gives could be changed by whoever gets it: no text."""
    last = op.callee.rpartition(".")[2]
    return last in TABLES or (base_class_of(op) in ("json_io", "pickle", "ast_parse") and not last.startswith("dump"))


STATES = frozenset((
    "rev-parse", "describe", "config", "remote", "--version", "-V", "symbolic-ref", "uname", "hostname", "nproc",
    "whoami",
))  # fmt: skip
"""What is asked of a process that is the same as long as the program runs, by a constant in its command."""


def command_of(op: ExpensiveOp, node: ast.Call) -> ast.expr | None:
    """The command of a process that an op runs to its end; None of any other op."""
    if base_class_of(op) != "subprocess" or op.callee.rpartition(".")[2] == "Popen" or not node.args:
        return None
    return node.args[0]


def asks_what_stays(op: ExpensiveOp, spot: Spot) -> bool:
    """Whether an op runs a constant command that asks for a version or a setting."""
    command = command_of(op, spot.node)
    if command is None and op.callee == "subprocess.Popen" and spot.node.args and uses_of_process(spot) is not None:
        command = spot.node.args[0]
    if command is None:
        return False
    parts = command.elts if isinstance(command, ast.List | ast.Tuple) else [command]
    words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return len(words) == len(parts) and bool(STATES & {word for text in words for word in text.split()})


OF_PROCESS = "subprocess.Popen."
"""How methods of a process begin, which do no more than what started it asks for."""

WAITED_FOR = frozenset(("wait", "communicate", "poll", "returncode", "stdout", "stderr"))
"""What a function does with a process that it runs to its end."""


def uses_of_process(spot: Spot) -> list[ast.Call] | None:
    """The calls of what is known of a process that a function starts, where it does nothing but wait for it and read
    what it says; else None."""
    above = spot.file.above[spot.node]
    if any(row.arg == "stdin" for row in spot.node.keywords):
        return None
    if not isinstance(above, ast.Assign) or len(above.targets) != 1 or not isinstance(above.targets[0], ast.Name):
        return None
    name = above.targets[0].id
    if names_of(spot.scope).only_binding(name) is not above:
        return None
    calls = []
    for node in ast.walk(spot.scope):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            used = spot.file.above[node]
            if not isinstance(used, ast.Attribute) or used.attr not in WAITED_FOR:
                return None
            while isinstance(used, ast.Attribute):
                used = spot.file.above[used]
            if isinstance(used, ast.Call):
                calls.append(used)
    return calls


READS_OF_GIT = frozenset((
    "log", "show", "diff", "status", "ls-files", "ls-tree", "rev-parse", "rev-list", "describe", "blame", "shortlog",
    "cat-file", "merge-base", "for-each-ref", "show-ref", "name-rev",
))  # fmt: skip
"""Commands of git that change nothing, whatever they are given."""

READERS = frozenset((
    "uname", "hostname", "whoami", "nproc", "uptime", "df", "du", "ps", "ls", "cat", "which", "wc", "ping", "dig",
    "host", "nslookup", "whois", "traceroute", "ssh-keyscan", "ffprobe", "file", "stat", "md5sum", "sha256sum",
))  # fmt: skip
"""Programs that change nothing, whatever they are given."""


def only_reads(op: ExpensiveOp, spot: Spot) -> bool:
    """Whether an op runs a program that changes nothing, as a list of its words says: it may as well not run."""
    program, *words = words_of(command_of(op, spot.node))
    return program in READERS or (program == "git" and not READS_OF_GIT.isdisjoint(words[:1]))


OF_COMMITS = frozenset(("log", "show", "rev-list", "shortlog", "cat-file", "merge-base"))
"""Commands of git that read commits alone, and no file of the working tree."""


def asks_commits(op: ExpensiveOp, node: ast.Call) -> bool:
    """Whether an op asks git for commits, whatever becomes of other files."""
    program, *words = words_of(command_of(op, node))
    return program == "git" and not OF_COMMITS.isdisjoint(words[:1])


def words_of(command: ast.expr | None) -> list[str | None]:
    """The program and the words of a command that is a list, without the folder or the setting that git is given
    first; what is no constant is None, and so is the program of any other command."""
    if not isinstance(command, ast.List | ast.Tuple) or not command.elts:
        return [None]
    found = [
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None for part in command.elts
    ]
    return [found[0], *found[3:]] if found[1:2] in (["-C"], ["-c"]) else found


def runs_each_round(spot: Spot, loop: ast.AST, sometimes: bool = False) -> bool:
    """Whether a call runs in each round of a loop, or `sometimes` in a branch of it, on its way to nothing that could
    catch what it raises."""
    child: ast.AST = spot.node
    for node in spot.inside(loop):
        if sometimes and isinstance(node, ast.If):
            child = node
            continue
        if isinstance(
            node, ast.If | ast.While | ast.IfExp | ast.Lambda | ast.Try | ast.TryStar | ast.Match | ast.comprehension
        ):
            return False
        if isinstance(node, COMPREHENSIONS):
            return False
        if isinstance(node, ast.BoolOp) and node.values[0] is not child:
            return False
        if isinstance(node, ast.For | ast.AsyncFor) and child in node.orelse:
            return False
        child = node
    return True


def leaves_early(loop: ast.AST) -> bool:
    """Whether a loop may be left before its end, or has rounds that skip a part of it: `break`, `return`."""
    return any(isinstance(node, ast.Break | ast.Return) for node in within(loop))


def is_stream(op: ExpensiveOp) -> bool:
    """Whether an op gives something that is used up."""
    return op.callee.rpartition(".")[2] in (
        "open",
        "urlopen",
        "popen",
        "Popen",
        "scandir",
        "tokenize",
        "generate_tokens",
        "iterparse",
    )


def is_in_loop(op: ExpensiveOp) -> bool:
    """Whether an op runs once for each of something, or a known number of times, and not only by a recursion."""
    if any(kind == "loop" for loops, _ in op.runs for kind, _ in loops):
        return True
    return not any(loops for loops, _ in op.runs) and op.amplification > MANY


MANY = 3
"""Runs of something outside of all loops: for so few nobody makes a session, or changes a parser."""


def makes_text(op: ExpensiveOp) -> bool:
    """Whether an op makes a text of objects."""
    return "dump" in op.callee.rpartition(".")[2]


def is_text_of_constants(op: ExpensiveOp, spot: Spot) -> bool:
    """Whether an op makes a text of what is written in its call: next to nothing."""
    return makes_text(op) and not any(isinstance(node, ast.Name) for part in spot.node.args for node in ast.walk(part))
