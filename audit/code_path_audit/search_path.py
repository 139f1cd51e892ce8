"""Where Python looks for modules, without the checkout: PYTHONPATH often names it, as `.`, `src` or by an empty part.

What is not in the standard library's own modules yet would come from there, and that is the audited code. It is asked
before anything else is imported, and imports nothing itself. An environment in the checkout stays: it is no part of
PYTHONPATH.
"""

import _signal  # type: ignore[import-not-found]  # `signal` would load more
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS = ("code-path-audit", "code-path-gate")
"""How the names of our scripts begin."""


def leave_out_checkout(package: str) -> None:
    """Does so where this process is one of our programs: by its script, or by `python -m package`."""
    started = sys.argv[0] if sys.argv else ""
    # no argv is "-m" later on
    if started == "-m" and any(word.endswith(package) for word in sys.orig_argv):
        leave_out_working_folder()
    elif not os.path.basename(started).startswith(PROGRAMS):
        return
    # an interrupt ends what only loads, without Python's traceback of it; it is heard again once that is loaded
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    if not sys.flags.ignore_environment and (given := os.environ.get("PYTHONPATH")):
        sys.path[:] = outside(sys.path, given)


def interruptible(program: str, run: "Callable[[], int]") -> int:
    """The exit code of a process that does one thing. An interrupt is heard again, as Python has it, where it ended the
    process while that was loaded; before the whole program is there to say so, or after it has, it is said here."""
    if _signal.getsignal(_signal.SIGINT) == _signal.SIG_DFL:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    try:
        return run()
    except KeyboardInterrupt:
        os.write(2, program.encode() + b": interrupted\n")
        os._exit(130)


def leave_out_working_folder() -> None:
    """Does so where `python -m` has put it first. Of an installation `code_path_audit.pth` imports both packages before
    that, so that no folder of such a name in the checkout is; then it is `__main__` that finds it there."""
    if sys.flags.safe_path or _OUT or "runpy" not in sys.modules:
        return
    try:
        is_first = sys.path[:1] == [os.getcwd()]
    except OSError:
        is_first = True
    if is_first:
        del sys.path[0]
    _OUT.append(True)


_OUT: "list[bool]" = []
"""Whether it is left out, which is done once: the same folder may be there by PYTHONPATH, too."""


def outside(path: "list[str]", given: str) -> "list[str]":
    """The folders of `path` without those of `given` that lie in the checkout around the working folder; folders that
    our own packages came from stay."""
    try:
        here = os.getcwd()
    except OSError:
        return path
    top = real(checkout(here))
    named = {os.path.abspath(folder) for folder in given.split(os.pathsep)}
    files = [getattr(sys.modules.get(name), "__file__", None) for name in ("code_path_audit", "code_path_gate")]
    own = {os.path.dirname(os.path.dirname(os.path.abspath(file))) for file in files if file}
    return [
        folder
        for folder in path
        if os.path.abspath(folder) not in named or os.path.abspath(folder) in own or not is_inside(real(folder), top)
    ]


def checkout(folder: str) -> str:
    """The nearest folder around one that has a `.git`, and itself where there is none."""
    here = folder
    while not os.path.lexists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return folder
        here = above
    return here


def is_inside(folder: str, top: str) -> bool:
    """Whether a folder is another, or lies in it."""
    return folder == top or folder.startswith(os.path.join(top, ""))


def real(folder: str) -> str:
    """Its one name on this system."""
    return os.path.normcase(os.path.realpath(folder))
