"""Imports that cannot fail: modules that every supported Python has, on every platform.

What a handler does if such an import fails (`except ImportError: import ConfigParser as configparser`) is code for
Pythons that are none any more: it never runs.
"""

from __future__ import annotations

import ast

MODULES = frozenset(
    """abc argparse array ast asyncio atexit base64 binascii bisect builtins bz2 calendar cmath cmd code codecs codeop
    collections collections.abc colorsys compileall concurrent concurrent.futures configparser contextlib contextvars
    copy copyreg csv dataclasses datetime decimal difflib dis doctest email email.header email.mime email.mime.base
    email.mime.multipart email.mime.text email.parser email.utils enum errno faulthandler filecmp fileinput fnmatch
    fractions functools gc getopt getpass gettext glob graphlib gzip hashlib heapq hmac html html.entities html.parser
    http http.client http.cookiejar http.cookies http.server imaplib importlib importlib.abc importlib.machinery
    importlib.metadata importlib.resources importlib.util inspect io ipaddress itertools json json.decoder json.encoder
    keyword linecache locale logging logging.config logging.handlers marshal math mimetypes modulefinder numbers
    operator os os.path pathlib pdb pickle pickletools pkgutil platform plistlib poplib posixpath pprint profile pstats
    py_compile pyclbr pydoc queue quopri random re reprlib runpy sched secrets selectors shelve shlex shutil signal
    smtplib socket socketserver stat statistics string stringprep struct subprocess symtable sys sysconfig tarfile
    tempfile textwrap threading time timeit token tokenize tomllib trace traceback tracemalloc types typing unicodedata
    unittest unittest.mock urllib urllib.error urllib.parse urllib.request urllib.response urllib.robotparser uuid
    venv warnings wave weakref webbrowser wsgiref wsgiref.handlers wsgiref.simple_server xml xml.dom xml.dom.minidom
    xml.etree xml.etree.ElementTree xml.parsers xml.sax xml.sax.saxutils xmlrpc xmlrpc.client xmlrpc.server zipapp
    zipfile zipimport zoneinfo""".split()  # noqa: SIM905
)

RENAMED: dict[str, frozenset[str]] = {
    "builtins": frozenset(("PythonFinalizationError",)),
    "collections.abc": frozenset(("Buffer",)),
    "configparser": frozenset(("UNNAMED_SECTION", "UnnamedSectionDisabledError", "InvalidWriteError")),
    **dict.fromkeys(
        (
            "html.entities", "html.parser", "http.client", "http.cookiejar", "http.cookies", "http.server",
            "socketserver", "tomllib", "urllib.error", "urllib.parse", "urllib.request", "urllib.robotparser",
            "xmlrpc.client", "xmlrpc.server",
        ),
        frozenset[str](),
    ),
    "io": frozenset(("Reader", "Writer")),
    "queue": frozenset(("ShutDown",)),
}  # fmt: skip
"""Modules that programs import names from in another way for older Pythons, with the names that not every supported one
has. Of another module a name may be one of an older Python, that is tried first (`from itertools import izip`)."""


def is_sure(node: ast.stmt) -> bool:
    """Whether a statement is an import that cannot fail."""
    if isinstance(node, ast.Import):
        return all(part.name in MODULES for part in node.names)
    if not isinstance(node, ast.ImportFrom) or node.level or node.module is None:
        return False
    newer = RENAMED.get(node.module)
    return all(
        f"{node.module}.{part.name}" in MODULES or (newer is not None and part.name not in newer) for part in node.names
    )
