"""What the shipped library models say, held against the installed libraries: names, parameters, classes above.

python -m benchmarks.library_names [--environment DIR] [--only LIBRARY ...]

Every row's name must be one that the library has, a place the parameter that it means, a class one that is there. The
libraries are imported, by the interpreter of the environment: this runs their code. What a model says and the
installed version does not have is listed, a line each; so is what is not installed, and what is for other versions. It
says nothing of whether a row is true.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from code_path_audit.callgraph.behaviours import ARGUMENTS, DOTTED, METHOD, PLACE
from code_path_audit.libraries.model import LibraryModel
from code_path_audit.libraries.read import shipped_models
from code_path_audit.libraries.versions import fits

TIMEOUT_S = 600
PYTHON = {"python", "conventions"}
"""Models that are of no distribution."""
ELSEWHERE = (
    "jinja2.contextfilter", "jinja2.contextfunction", "jinja2.environmentfilter", "jinja2.evalcontextfilter",
    "starlette.applications.Starlette.exception_handler()", "starlette.applications.Starlette.middleware()",
    "starlette.applications.Starlette.on_event()", "starlette.applications.Starlette.route()",
    "starlette.applications.Starlette.websocket_route()", "starlette.applications.Starlette.add_websocket_route",
    "fastapi.FastAPI.route()", "tenacity.Retrying.call", "csv.Writer", "dbm.gnu", "trio.Nursery.__aenter__",
    "anyio.from_thread.BlockingPortal.__enter__", "asyncpg.Connection.__aenter__", "pandas.read_csv date_parser",
    "starlette.applications.Starlette on_shutdown", "starlette.applications.Starlette on_startup",
    # quart's application is flask's here
    "flask.Blueprint.websocket", "flask.Blueprint.websocket()", "flask.Flask.add_background_task",
    "flask.Flask.add_websocket", "flask.Flask.after_serving", "flask.Flask.after_websocket",
    "flask.Flask.before_serving", "flask.Flask.before_websocket", "flask.Flask.run_task", "flask.Flask.test_app",
    "flask.Flask.websocket", "flask.Flask.websocket()", "flask.Flask.while_serving",
    "flask.testing.FlaskClient.websocket", "rq.decorators.job.delay",
)  # fmt: skip
"""Names that other versions, the stubs or the objects of a call have, and not the newest version of the library."""


class Asked(NamedTuple):
    """What one row needs of a library: a dotted name, and of it a parameter (at a position, -1 for by name alone), a
    method, or a class above."""

    row: str
    dotted: str
    parameter: str = ""
    position: int = -1
    method: str = ""
    base: str = ""


def asked(model: LibraryModel) -> Iterator[Asked]:
    """What the rows of a model need."""
    for name, target in model.aliases.items():
        if target not in ELSEWHERE:
            yield Asked(f"alias {name}", target)
    for word, table in model.rows.items():
        for name, values in table.items():
            if "*" in name or name in ELSEWHERE:
                continue
            row = f"{word} {name}"
            yield Asked(row, name)
            for text in values:
                if DOTTED.fullmatch(text):
                    if text not in ELSEWHERE:
                        yield Asked(row, text)
                    if word != "bases":
                        continue
                if word == "bases":
                    yield Asked(row, name, base=text)
                elif word == "self" and (method := METHOD.fullmatch(text)) and not method[2]:
                    owner = name if name.rpartition(".")[2][:1].isupper() else name.rpartition(".")[0]
                    yield Asked(row, owner, method=method[1])
                elif word in (*ARGUMENTS, "returns") and (place := PLACE.fullmatch(text)):
                    parameter = place["both"] or place["name"] or ""
                    if (parameter or place["position"]) and f"{name} {parameter}" not in ELSEWHERE:
                        yield Asked(row, name, parameter, int(place["position"] or -1))


# runs in the environment: reads rows of `Asked` by library, prints what is wrong with them, a list for each library
PROBE = '''
import importlib, inspect, json, sys, warnings
warnings.simplefilter("ignore")

class OfAnObject(Exception):
    """What only an object has, and its class does not: nothing can be said of it."""

def found(dotted):
    parts = dotted.partition("()")[0].split(".")  # what a call gives is not known without one
    for size in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:size]))
        except ImportError:
            continue
        package, owner = sys.modules.get(".".join(parts[: size - 1])), None
        if size > 1 and not inspect.ismodule(shown := getattr(package, parts[size - 1], value)):
            value = shown  # a name of the package hides its module
        for index, part in enumerate(parts[size:], size):
            is_of_class = inspect.isclass(value) and not hasattr(value, part) and index < len(parts) - 1
            makes = inspect.isroutine(value) and parts[index - 1][:1].isupper()  # a function that is named like a class
            if isinstance(value, property) or is_of_class or (makes and not hasattr(value, part)):
                raise OfAnObject(part)
            owner, value = value, getattr(value, part)
        return owner, value
    raise ImportError(dotted)

def parameters(owner, value):
    is_class = inspect.isclass(value)
    bound = not is_class and inspect.isclass(owner) and not isinstance(
        inspect.getattr_static(owner, value.__name__, None), (staticmethod, classmethod))
    given = list(inspect.signature(value).parameters.values())
    return given[1:] if bound else given

# modules that Python 3.12 and 3.13 have no more: programs that run under 3.11 still import them
GONE = {
    "asynchat", "asyncore", "distutils", "imp", "smtpd", "aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr",
    "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib",
    "uu", "xdrlib",
}

def wrong(row, dotted, parameter, position, method, base):
    try:
        owner, value = found(dotted)
    except OfAnObject:
        return ""
    except (ImportError, AttributeError) as error:
        if sys.version_info >= (3, 12) and dotted.partition(".")[0] in GONE:
            return ""
        return f"{dotted} is not there: {error}"
    if base:
        try:
            above = found(base)[1]
        except (ImportError, AttributeError):
            return f"{base} is not there"
        return "" if isinstance(value, type) and issubclass(value, above) else f"{base} is not above {dotted}"
    if method:
        return "" if hasattr(value, method) else f"no method {method}"
    if "()" in dotted or (not parameter and position < 0):
        return ""
    try:
        given = parameters(owner, value)
    except (TypeError, ValueError, AttributeError):
        return ""
    by_name = [p for p in given if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    names = [p.name for p in by_name]
    places = [p for p in by_name if p.kind != p.KEYWORD_ONLY]
    told = ", ".join(names)
    if parameter and parameter not in names and not any(p.kind == p.VAR_KEYWORD for p in given):
        return f"no parameter {parameter} of {told}"
    if position >= 0 and parameter in names and (position >= len(places) or places[position].name != parameter):
        return f"{parameter} is not at {position} of {told}"
    if position >= len(places) and not any(p.kind == p.VAR_POSITIONAL for p in given):
        return f"nothing at {position} of {told}"
    return ""

print(json.dumps({
    library: sorted({f"{row[0]}: {text}" for row in rows if (text := wrong(*row))})
    for library, rows in json.load(sys.stdin).items()
}))
'''
VERSIONS = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in json.load(sys.stdin):
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def ask(python: str, code: str, data: Any) -> Any:
    """What a piece of code in the environment prints."""
    done = subprocess.run(
        [python, "-c", code], input=json.dumps(data), capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def wrong_rows(python: str, models: Mapping[str, LibraryModel]) -> dict[str, list[str]]:
    """By library, what its installed version does not have."""
    return dict(ask(python, PROBE, {name: [list(one) for one in asked(model)] for name, model in models.items()}))


def main(argv: list[str] | None = None) -> int:
    """Print what is wrong; 1 where something is."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    words.add_argument("--environment", type=Path, help="the environment with the libraries, by default this one")
    words.add_argument("--only", nargs="*", default=[], help="names of shipped models")
    options = words.parse_args(argv)
    python = str(options.environment / "bin" / "python") if options.environment else sys.executable
    chosen = {model.where: model for model in shipped_models() if model.where in options.only or not options.only}
    installed = ask(python, VERSIONS, sorted({name for model in chosen.values() for name in model.versions}))
    here: dict[str, LibraryModel] = {}
    for name, model in chosen.items():
        other = [
            f"{one} {installed[one]} is not {wanted}"
            for one, wanted in model.versions.items()
            if one in installed and wanted and not fits(installed[one], wanted)
        ]
        if other:
            print(f"{name}: for other versions: {', '.join(other)}")
        elif any(one in installed for one in model.versions) or name == "python":
            here[name] = model
        elif name not in PYTHON:
            print(f"{name}: not installed")
    bad = wrong_rows(python, here)
    for name, lines in bad.items():
        for line in lines:
            print(f"{name}: {line}")
    rows = sum(len(list(asked(model))) for model in here.values())
    print(f"{len(here)} models, {rows} things asked, {sum(map(len, bad.values()))} wrong")
    return 1 if any(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
