"""Imports that cannot fail, as every supported Python has the module on every platform, and those that always do.

What a handler does if one of the first fails (`except ImportError: import ConfigParser as configparser`) is code for
Pythons that are none any more: it never runs. What a handler does if one of the others fails (`try: import urllib2`)
is what always runs.
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

GONE = frozenset(
    """BaseHTTPServer CGIHTTPServer ConfigParser Cookie DocXMLRPCServer HTMLParser Queue SimpleHTTPServer
    SimpleXMLRPCServer SocketServer StringIO Tkinter UserDict UserList UserString __builtin__ anydbm cPickle cStringIO
    cookielib copy_reg dummy_thread htmlentitydefs httplib mimetools rfc822 robotparser sgmllib thread
    tkFileDialog tkFont tkMessageBox tkSimpleDialog ttk urllib2 urlparse whichdb xmlrpclib""".split()  # noqa: SIM905
)
"""Top-level modules of Python 2 that no Python 3 has, no well-used package, and hardly a program (as `exceptions`)."""

GONE_NAMES: dict[str, frozenset[str]] = {
    "collections": frozenset(
        """AsyncGenerator AsyncIterable AsyncIterator Awaitable ByteString Callable Collection Container Coroutine
        Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence
        MutableSet Reversible Sequence Set Sized ValuesView""".split()  # noqa: SIM905
    ),
    "itertools": frozenset(("ifilter", "ifilterfalse", "imap", "izip", "izip_longest")),
    "os": frozenset(("getcwdu",)),
    "string": frozenset(("letters", "lowercase", "maketrans", "uppercase")),
    "time": frozenset(("clock",)),
    "urllib": frozenset(
        """FancyURLopener URLopener getproxies pathname2url proxy_bypass quote quote_plus unquote unquote_plus
        url2pathname urlcleanup urlencode urlopen urlretrieve""".split()  # noqa: SIM905
    ),
}
"""Names that modules had once, and that none of them has in a supported Python."""


def never_succeeds(node: ast.stmt) -> bool:
    """Whether a statement is an import that always fails."""
    if isinstance(node, ast.Import):
        return any(part.name.partition(".")[0] in GONE for part in node.names)
    if not isinstance(node, ast.ImportFrom) or node.level or node.module is None:
        return False
    gone = GONE_NAMES.get(node.module, frozenset())
    return node.module.partition(".")[0] in GONE or any(part.name in gone for part in node.names)


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
