"""Starts the recorder in every interpreter below a recorded command; then the program's own sitecustomize, if it has
one.

Kept to the syntax of old Pythons: one that is too old for the recorder must still run its program.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def start():  # type: () -> None
    """Start the agent; whatever goes wrong stays in the recording."""
    config = os.environ.get("CODE_PATH_AUDIT_RECORD")
    if not config:
        return
    agent_parent = os.path.dirname(HERE)
    try:
        if sys.version_info < (3, 11):  # noqa: UP036 - the recorded program's Python may be any
            raise RuntimeError("python%d.%d" % sys.version_info[:2])  # noqa: UP031 - old Pythons read this
        sys.path.insert(0, agent_parent)
        # the agent is compiled once for a recording, wherever it is installed and whatever the program's settings
        written = sys.pycache_prefix, sys.dont_write_bytecode
        sys.pycache_prefix, sys.dont_write_bytecode = os.path.join(os.path.dirname(config), "agent"), False
        try:
            from code_path_audit_agent.start import start_from_file  # type: ignore[import-not-found]
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = written
            sys.path.remove(agent_parent)
        start_from_file(config)
    except Exception as error:
        try:
            slug = "record-python" if isinstance(error, RuntimeError) else "record-failed"
            line = ascii(("problem", slug, ascii(error))) + "\n"
            path = os.path.join(os.path.dirname(config), "failed-%d.txt" % os.getpid())  # noqa: UP031
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(descriptor, line.encode("ascii"))
            os.close(descriptor)
        except Exception:
            return


def chain():  # type: () -> None
    """Import the sitecustomize that this one hides."""
    mine = sys.modules.pop("sitecustomize", None)
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    sys.path_importer_cache.pop(HERE, None)
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", None) != "sitecustomize":
            raise
    finally:
        if mine is not None:
            sys.modules.setdefault("sitecustomize", mine)


start()
chain()
