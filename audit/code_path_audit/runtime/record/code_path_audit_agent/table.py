"""What the timing pass wraps, by module: attribute path, callee as rules name it, class of the work, how to size it.

A row is looked up when its module has been imported, never before; one that is not there in this version is passed
over.
"""

from __future__ import annotations

Row = tuple[str, str, str, str]
"""(attribute path in the module, callee, cost class, name of a sizer in `sizes.SIZERS`)."""

FILE, NET, AST, JSON = "file_io", "network", "ast_parse", "json_io"
PICKLE, COPY, SUB = "pickle", "deep_copy", "subprocess"


def rows(prefix: str, cost_class: str, **sized: str) -> list[Row]:
    """Rows of one module: for each sizer, attribute paths separated by spaces."""
    return [(path, f"{prefix}.{path}", cost_class, sizer) for sizer, paths in sized.items() for path in paths.split()]


TABLE: dict[str, list[Row]] = {
    "io": [("open", "builtins.open", FILE, "opened")],
    "codecs": rows("codecs", FILE, opened="open"),
    "tokenize": rows("tokenize", FILE, opened="open"),
    "os": [
        *rows("os", FILE, none="listdir scandir makedirs mkdir remove unlink rename replace rmdir removedirs"),
        *rows("os", SUB, none="system popen"),
    ],
    "shutil": rows("shutil", FILE, path0="copy copy2 copyfile copyfileobj move",
        none="copytree rmtree make_archive unpack_archive"),
    "pathlib": rows("pathlib", FILE, opened="Path.open", result="Path.read_text Path.read_bytes",
        arg1="Path.write_text Path.write_bytes"),
    "json": rows("json", JSON, nodes_result="load loads", nodes0="dump dumps"),
    "json.encoder": [("JSONEncoder.encode", "json.encoder.JSONEncoder.encode", JSON, "nodes1")],
    "json.decoder": [("JSONDecoder.decode", "json.decoder.JSONDecoder.decode", JSON, "nodes_result")],
    "tomllib": rows("tomllib", JSON, nodes_result="load loads"),
    "tomli": rows("tomli", JSON, nodes_result="load loads"),
    "tomli_w": rows("tomli_w", JSON, nodes0="dump dumps"),
    "tomlkit": rows("tomlkit", JSON, bytes0="parse loads", none="load dump dumps"),
    "yaml": rows("yaml", JSON, nodes_result="load safe_load full_load unsafe_load", nodes0="dump safe_dump",
        none="dump_all safe_dump_all"),
    "orjson": rows("orjson", JSON, nodes_result="loads", nodes0="dumps"),
    "ujson": rows("ujson", JSON, nodes_result="load loads", nodes0="dump dumps"),
    "simplejson": rows("simplejson", JSON, nodes_result="load loads", nodes0="dump dumps"),
    "xml.etree.ElementTree": rows("xml.etree.ElementTree", JSON, path0="parse", bytes0="fromstring XML",
        none="tostring"),
    "configparser": rows("configparser", JSON, none="RawConfigParser.read", bytes1="RawConfigParser.read_string"),
    "pickle": rows("pickle", PICKLE, nodes_result="load loads", nodes0="dump dumps"),
    "dill": rows("dill", PICKLE, nodes_result="load loads", nodes0="dump dumps"),
    "cloudpickle": rows("cloudpickle", PICKLE, nodes_result="load loads", nodes0="dump dumps"),
    "joblib": rows("joblib", PICKLE, nodes_result="load", nodes0="dump"),
    "shelve": rows("shelve", PICKLE, none="open"),
    "copy": rows("copy", COPY, nodes0="deepcopy"),
    "dataclasses": rows("dataclasses", COPY, nodes0="asdict astuple"),
    "ast": rows("ast", AST, bytes0="parse"),
    "builtins": [("compile", "builtins.compile", AST, "bytes0")],
    "parso.grammar": rows("parso.grammar", AST, bytes1="Grammar.parse"),
    "libcst": rows("libcst", AST, bytes0="parse_module parse_expression parse_statement"),
    "blib2to3.pgen2.driver": rows("blib2to3.pgen2.driver", AST, bytes1="Driver.parse_string",
        none="Driver.parse_tokens"),
    "markdown": rows("markdown", AST, bytes0="markdown"),
    "markdown.core": [("Markdown.convert", "markdown.Markdown.convert", AST, "bytes1")],
    "markdown_it.main": [("MarkdownIt.parse", "markdown_it.MarkdownIt.parse", AST, "bytes1"),
                         ("MarkdownIt.render", "markdown_it.MarkdownIt.render", AST, "bytes1")],
    "mistune": rows("mistune", AST, bytes0="html markdown"),
    "socket": rows("socket", NET, none="create_connection getaddrinfo gethostbyname socket.connect"),
    "urllib.request": rows("urllib.request", NET, none="urlopen urlretrieve OpenerDirector.open"),
    "http.client": rows("http.client", NET,
        none="HTTPConnection.request HTTPConnection.getresponse HTTPConnection.connect"),
    "requests.api": [(f, f"requests.{f}", NET, "body")
        for f in ("request", "get", "post", "put", "patch", "delete", "head", "options")],
    "requests.sessions": [(f"Session.{f}", f"requests.Session.{f}", NET, "body")
        for f in ("request", "get", "post", "put", "patch", "delete", "send")],
    "httpx": rows("httpx", NET,
        body="request get post put patch delete head options Client.request Client.get Client.post Client.send "
                  "AsyncClient.request AsyncClient.get AsyncClient.post AsyncClient.send"),
    "aiohttp.client": [("ClientSession._request", "aiohttp.ClientSession.request", NET, "none")],
    "sqlite3": rows("sqlite3", NET, none="connect"),
    "asyncio.streams": [("open_connection", "asyncio.open_connection", NET, "none")],
    "asyncio.subprocess": [(f, f"asyncio.{f}", SUB, "none") for f in ("create_subprocess_exec",
        "create_subprocess_shell")],
    "subprocess": [
        *rows("subprocess", SUB, none="run call check_call check_output getoutput getstatusoutput"),
        ("Popen.__init__", "subprocess.Popen", SUB, "none"),
    ],
}  # fmt: skip

COPIES = {
    "builtins.open": ("builtins", "_io"),
    "pickle.load": ("_pickle",),
    "pickle.loads": ("_pickle",),
    "pickle.dump": ("_pickle",),
    "pickle.dumps": ("_pickle",),
    "requests": ("requests",),
}
"""Modules that hold the same object beside the one that is patched, and need not be imported yet."""

LEFT_ALONE = ("posix", "nt", "_frozen_importlib", "_frozen_importlib_external", "marshal", "zipimport")
"""Modules whose own names are never rebound: the import system works with them."""
