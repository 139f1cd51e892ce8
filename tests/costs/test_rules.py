"""Which cost class and which mutation a callee has: what the shipped rules match, and what they leave alone."""

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.costs.rules import Rules, load_aliases, load_returns, pattern_matches
from code_path_audit.costs.tables import Rule, RuleTable, parse_table
from code_path_audit.program.stubs.queries import Stubs
from tests.costs.shipped import RULES, TABLES, user

MATCHES = [
    ("builtins.open", "file_io"),
    ("_io.open", "file_io"),
    ("io.open", "file_io"),
    ("io.TextIOWrapper.read", "file_io"),
    ("_io.TextIOWrapper.read", "file_io"),
    ("typing.IO.read", "file_io"),
    ("pathlib.Path.read_text", "file_io"),
    ("pathlib.PosixPath.write_bytes", "file_io"),
    ("pathlib.Path.stat", "file_io"),
    ("posixpath.exists", "file_io"),
    ("os.path.getsize", "file_io"),
    ("os.listdir", "file_io"),
    ("shutil.copytree", "file_io"),
    ("tarfile.open", "file_io"),
    ("logging.FileHandler", "file_io"),
    ("pandas.read_csv", "file_io"),
    ("numpy.save", "file_io"),
    ("PIL.Image.Image.save", "file_io"),
    ("PIL.Image.open().resize().save", "file_io"),
    ("socket.create_connection", "network"),
    ("_socket.socket.sendall", "network"),
    ("urllib.request.urlopen", "network"),
    ("http.client.HTTPSConnection.request", "network"),
    ("ftplib.FTP.retrbinary", "network"),
    ("xmlrpc.client.ServerProxy().system.listMethods", "network"),
    ("xmlrpc.client.ServerProxy.getState", "network"),
    ("xmlrpc.client.ServerProxy.supervisor.getAllProcessInfo", "network"),
    ("sqlite3.Cursor.execute", "network"),
    ("sqlite3.dbapi2.connect", "network"),
    ("requests.get", "network"),
    ("django.core.mail.send_mail", "network"),
    ("mongoengine.Document.objects()[].save", "network"),
    ("beanie.Document.find().to_list", "network"),
    ("databases.Database.fetch_one", "network"),
    ("ormar.Model.objects.filter().all", "network"),
    ("tortoise.models.Model.get().fetch_related", "network"),
    ("peewee.ForeignKeyField.Order.customer", "network"),
    ("tortoise.queryset.prefetch_related.Order.lines", "network"),
    ("django.contrib.auth.get_user", "network"),
    ("sqlmodel.Session.commit", "network"),
    ("sqlalchemy.orm.Session.execute().scalars().all", "network"),
    ("sqlalchemy.orm.Session.execute().scalars().unique().all", "network"),
    ("sqlalchemy.orm.Session.execute().mappings().all", "network"),
    ("asyncio.StreamWriter.drain", "network"),
    ("socket.socket.sendto", "network"),
    ("cx_Oracle.connect().cursor().execute", "network"),
    ("cx_Oracle.SessionPool().acquire().cursor().fetchall", "network"),
    ("netmiko.ConnectHandler.send_command", "network"),
    ("pysolr.Solr.search", "network"),
    ("requests_cache.CachedSession.get", "network"),
    ("graphviz.Digraph.render", "subprocess"),
    ("pdf2image.convert_from_path", "subprocess"),
    ("pytesseract.image_to_string", "subprocess"),
    ("pdfkit.from_file", "subprocess"),
    ("pdfminer.high_level.extract_text", "file_io"),
    ("fitz.open", "file_io"),
    ("pyreadstat.read_sav", "file_io"),
    ("psutil.cpu_percent", "file_io"),
    ("psutil.process_iter()[].memory_info", "file_io"),
    ("psutil.Process.cmdline", "file_io"),
    ("psutil.Process.wait", "subprocess"),
    ("os.pathconf", "file_io"),
    ("celery.chord()", "network"),
    ("celery.Task.s().apply_async", "network"),
    ("rq.decorators.job.delay", "network"),
    ("django_rq.get_queue().enqueue", "network"),
    ("django.core.mail.EmailMultiAlternatives.send", "network"),
    ("django.core.mail.backends.base.BaseEmailBackend.send_messages", "network"),
    ("django.db.backends.utils.CursorWrapper.executemany", "network"),
    ("requests.api.post", "network"),
    ("requests.sessions.Session.get", "network"),
    ("requests.sessions.Session().get", "network"),
    ("httpx.AsyncClient.post", "network"),
    ("aiohttp.ClientSession().get", "network"),
    ("urllib3.PoolManager.request", "network"),
    ("websockets.connect().send", "network"),
    ("boto3.client().get_object", "network"),
    ("boto3.Session().client().put_item", "network"),
    ("boto3.resources.factory.dynamodb.Table.put_item", "network"),
    ("google.cloud.storage.Client().bucket().blob().upload_from_string", "network"),
    ("azure.storage.blob.BlobClient.upload_blob", "network"),
    ("sqlalchemy.orm.session.Session.execute", "network"),
    ("sqlalchemy.create_engine().connect().execute", "network"),
    ("psycopg.connect().cursor().execute", "network"),
    ("psycopg2.connect().cursor().fetchall", "network"),
    ("asyncpg.Connection.fetchrow", "network"),
    ("pymysql.cursors.DictCursor.execute", "network"),
    ("redis.Redis.get", "network"),
    ("redis.from_url().hset", "network"),
    ("redis.from_url", "network"),
    ("sqlalchemy.create_engine", "network"),
    ("pymongo.MongoClient[][].insert_many", "network"),
    ("pydantic_settings.BaseSettings", "file_io"),
    ("importlib.metadata.Distribution.requires", "file_io"),
    ("pandas", "file_io"),
    ("google.cloud.storage", "file_io"),
    ("pymongo.MongoClient().shop.carts.find_one", "network"),
    ("elasticsearch.Elasticsearch().indices.create", "network"),
    ("kafka.KafkaProducer.send", "network"),
    ("pika.BlockingConnection().channel().basic_publish", "network"),
    ("celery.shared_task().delay", "network"),
    ("grpc.insecure_channel().unary_unary().__call__", "network"),
    ("paramiko.SSHClient.exec_command", "network"),
    ("pip._internal.req.parse_requirements", "file_io"),
    ("paramiko.SSHClient.load_system_host_keys", "file_io"),
    ("paramiko.RSAKey.from_private_key_file", "file_io"),
    ("openai.OpenAI().chat.completions.create", "network"),
    ("openai.OpenAI", "file_io"),
    ("jwt.decode", "json_io"),
    ("bcrypt.hashpw", "password"),
    ("django.contrib.auth.hashers.check_password", "password"),
    ("openai.OpenAI().with_options().chat.completions.create", "network"),
    ("anthropic.Anthropic.messages.create", "network"),
    ("elasticsearch.Elasticsearch.options().search", "network"),
    ("django.db.models.query.QuerySet.count", "network"),
    ("django.db.models.ForeignKey.Order.customer", "network"),
    ("django.db.models.prefetch_related_objects.Order.lines", "network"),
    ("boto3.client", "file_io"),
    ("httpx.Client", "file_io"),
    ("ast.parse", "ast_parse"),
    ("ast.walk", "ast_parse"),
    ("ast.literal_eval", "ast_parse"),
    ("builtins.compile", "ast_parse"),
    ("tokenize.generate_tokens", "ast_parse"),
    ("tree_sitter.Parser().parse", "ast_parse"),
    ("libcst.parse_module", "ast_parse"),
    ("parso.load_grammar().parse", "ast_parse"),
    ("lib2to3.pgen2.driver.Driver.parse_string", "ast_parse"),
    ("markdown.markdown", "ast_parse"),
    ("mistune.html", "ast_parse"),
    ("docutils.core.publish_parts", "ast_parse"),
    ("bs4.BeautifulSoup", "ast_parse"),
    ("jinja2.environment.Environment.from_string", "ast_parse"),
    ("fastapi.templating.Jinja2Templates", "ast_parse"),
    ("json.load", "json_io"),
    ("json.decoder.JSONDecoder.decode", "json_io"),
    ("tomllib.loads", "json_io"),
    ("tomli_w.dump", "json_io"),
    ("tomlkit.parse", "json_io"),
    ("yaml.safe_load", "json_io"),
    ("ruamel.yaml.YAML().load", "json_io"),
    ("csv.DictReader", "json_io"),
    ("csv.writer().writerow", "json_io"),
    ("xml.etree.ElementTree.parse", "json_io"),
    ("plistlib.dumps", "json_io"),
    ("configparser.RawConfigParser.read", "json_io"),
    ("orjson.loads", "json_io"),
    ("msgspec.json.decode", "json_io"),
    ("lxml.etree.fromstring", "json_io"),
    ("requests.get().json", "json_io"),
    ("pydantic.main.BaseModel.model_dump_json", "json_io"),
    ("pickle.dumps", "pickle"),
    ("_pickle.Pickler.dump", "pickle"),
    ("shelve.open", "pickle"),
    ("marshal.loads", "pickle"),
    ("dill.dumps", "pickle"),
    ("cloudpickle.dumps", "pickle"),
    ("joblib.load", "pickle"),
    ("torch.load", "pickle"),
    ("multiprocessing.queues.Queue.put", "pickle"),
    ("copy.deepcopy", "deep_copy"),
    ("dataclasses.asdict", "deep_copy"),
    ("attr.asdict", "deep_copy"),
    ("docutils.nodes.bullet_list.deepcopy", "deep_copy"),
    ("pydantic.BaseModel.model_dump", "deep_copy"),
    ("subprocess.run", "subprocess"),
    ("subprocess.Popen", "subprocess"),
    ("peewee.ModelSelect.__iter__", "network"),
    ("tortoise.models.Model.filter", "network"),
    ("os.system", "subprocess"),
    ("time.sleep", "subprocess"),  # the kind "pause"
    ("aiosmtplib.send", "network"),
    # what opens a file or a connection in the package itself, seen by an audit hook of Python
    ("requests_oauthlib.OAuth1Session.fetch_request_token", "network"),
    ("mechanicalsoup.StatefulBrowser.open", "network"),
    ("cloudscraper.CloudScraper.get", "network"),
    ("authlib.integrations.requests_client.OAuth2Session.fetch_token", "network"),
    ("gql.Client.execute", "network"),
    ("jwt.PyJWKClient.get_signing_keys", "network"),
    ("elasticsearch.dsl.Search.execute", "network"),
    ("elasticsearch.dsl.Search.count", "network"),
    ("elasticsearch.dsl.Search.__iter__", "network"),
    ("telegram.Bot.send_message", "network"),
    ("records.Database.query", "network"),
    ("fpdf.FPDF.output", "file_io"),
    ("whoosh.index.create_in", "file_io"),
    ("whoosh.index.open_dir", "file_io"),
    ("whoosh.writing.IndexWriter.commit", "file_io"),
    ("whoosh.index.Index.searcher", "file_io"),
    ("dulwich.repo.Repo", "file_io"),
    ("dulwich.porcelain.status", "file_io"),
    ("dulwich.porcelain.commit", "file_io"),
    ("pyexcel.get_records", "file_io"),
    ("pyexcel.save_as", "file_io"),
    # and what its documentation says to
    ("elasticsearch_dsl.Document.save", "network"),
    ("dataset.connect()[].insert", "network"),
    ("pony.orm.commit", "network"),
    ("dulwich.porcelain.push", "network"),
    ("telegram.Message.reply_text", "network"),
    ("os.execvp", "subprocess"),
    ("os.spawnl", "subprocess"),
    ("asyncio.create_subprocess_exec", "subprocess"),
    ("multiprocessing.process.BaseProcess.start", "subprocess"),
    ("flask.request.files.getlist()[].save", "file_io"),
    ("flask.send_from_directory", "file_io"),
    ("jinja2.Environment.get_template().stream().dump", "file_io"),
]


@pytest.mark.parametrize(("callee", "cost_class"), MATCHES)
def test_matches(callee: str, cost_class: str) -> None:
    rule = RULES.match(callee)
    assert rule is not None
    assert rule.cost_class == cost_class


LEAVES_ALONE = [
    "builtins.print",
    "builtins.str.join",
    "builtins.opening",  # no prefix of a name is that name
    "open",  # only a canonical name is one
    "io.StringIO.write",  # memory
    "io.BytesIO.read",
    "typing.TextIO.write",  # sys.stdout
    "pathlib.Path.joinpath",  # arithmetic on names
    "pathlib.Path.with_suffix",
    "pathlib.PurePath.name",
    "os.path.join",
    "os.getcwd",
    "os.urandom",
    "copy.copy",  # shallow
    "copy.replace",
    "dataclasses.replace",
    "dataclasses.fields",
    "dataclasses.dataclass",
    "ast.iter_child_nodes",
    "re.compile",
    "zlib.compress",  # computes, and reads no file
    "json.JSONDecodeError",
    "requests.Session",  # nothing is sent
    "requests.Request",
    "requests.exceptions.HTTPError",
    "requests.get().raise_for_status",
    "requests.getting",
    "xmlrpc.client.ServerProxy",  # connects with its first call
    "xmlrpc.client.ServerProxy.__enter__",
    "xmlrpc.client.ServerProxy.getAllProcessInfo()[][]",  # an element of what came, called
    "xmlrpc.client.ServerProxy.supervisor.getAllProcessInfo()[]",
    "xmlrpc.client.ServerProxy.supervisor.getAllProcessInfo()[].lower",  # what came is data
    "xmlrpc.client.ServerProxy().supervisor.getState().get",
    "zerorpc.Client.orders()[]",
    "openai.AsyncOpenAI.responses.create()[].item",  # what a model answers is data, too
    "openai.OpenAI().chat.completions.create().choices[].message.model_dump",
    "anthropic.Anthropic().messages.create().content[].text.strip",
    "elasticsearch.Elasticsearch().search().get",
    "elasticsearch.Elasticsearch.search()[].items",
    "kubernetes.client.CoreV1Api.list_node()[]",
    "httpx.Timeout",
    "boto3.client().generate_presigned_url",  # signs here
    "boto3.client().get_paginator",
    "google.cloud.storage.Client().bucket",
    "sqlalchemy.select",
    "peewee.Model.select",
    "psutil.Process.oneshot",
    "psutil.process_iter()[].pid",
    "sqlalchemy.orm.Session.add",
    "sqlalchemy.orm.Query.filter",
    "sqlalchemy.CursorResult.keys",
    "sqlalchemy.CursorResult.scalars",  # another view of the same rows: the next call fetches
    "sqlalchemy.CursorResult.mappings",
    "sqlalchemy.CursorResult.tuples",
    "sqlalchemy.ScalarResult.unique",
    "sqlalchemy.CursorResult.yield_per",
    "sqlalchemy.Select.where",
    "sqlalchemy.orm.Query.options",
    "django.db.models.QuerySet.filter",
    "peewee.ModelSelect.where",
    "pymongo.cursor.Cursor.sort",
    "redis.client.Pipeline.set",
    "redis.Redis.pipeline",
    "redis.Redis.__enter__",
    "openai.OpenAI.with_options",
    "elasticsearch.Elasticsearch.close",
    "celery.Celery.task",
    # what asks for nothing in the package itself
    "requests_oauthlib.OAuth1Session",
    "mechanicalsoup.StatefulBrowser",
    "cloudscraper.create_scraper",
    "gql.Client",
    "jwt.PyJWKClient",
    "jwt.get_unverified_header",
    "elasticsearch.dsl.Search.query",
    "telegram.Bot",
    "dataset.connect",
    "records.Database",
    "fpdf.FPDF.cell",
    "whoosh.writing.IndexWriter.add_document",
    "pyexcel.iget_records",
    "jinja2.Environment",
    "pandas.DataFrame.head",
    "subprocess.list2cmdline",
    "subprocess.CompletedProcess",
    "socket.socket",
    "concurrent.futures.Executor.submit",  # a thread, most of the time
    "polars.col",
    "",
    ".",
    "()",
]


@pytest.mark.parametrize("callee", LEAVES_ALONE)
def test_leaves_alone(callee: str) -> None:
    assert RULES.match(callee) is None


@pytest.mark.parametrize(
    ("callee", "public"),
    [
        ("requests.sessions.Session.get", "requests.Session.get"),
        ("requests.Session().get().json", "requests.Response.json"),
        ("io.open", "builtins.open"),
        ("shutil._RmtreeType.__call__", "shutil.rmtree"),
        ("boto3.client().list_buckets", "botocore.client.BaseClient.list_buckets"),
        ("nobody.knows().what()", "nobody.knows().what()"),
        ("a()().b", "a()().b"),
    ],
)
def test_canonical(callee: str, public: str) -> None:
    assert RULES.canonical(callee) == public
    assert RULES.canonical(public) == public


def test_aliases_that_go_round_end() -> None:
    rules = Rules([RuleTable("t", (), {}, {"a": "b", "b": "a"})])
    assert rules.canonical("a.x") in ("a.x", "b.x")


def test_every_exact_name_is_matched_by_its_own_rule() -> None:
    """So no rule is hidden by another, and no `unless` takes back what its rule says."""
    rows = [(p, rule) for table in TABLES for rule in table.rules for p in rule.match if "*" not in p]
    assert [p for p, rule in rows if RULES.match(p) != rule] == []


def test_returns_and_aliases_lead_to_public_names() -> None:
    assert [t for t in load_returns(TABLES).values() if RULES.canonical(t) != t] == []
    assert [t for t in load_aliases(TABLES).values() if RULES.canonical(t) != t] == []


def test_returns_know_other_names_of_a_callee() -> None:
    returns = load_returns(TABLES)
    assert {name: returns.get(name) for name in ("requests.Session", "requests.sessions.Session", "requests.what")} == {
        "requests.Session": "requests.Session",
        "requests.sessions.Session": "requests.Session",
        "requests.what": None,
    }


@pytest.fixture(scope="module")
def stubs() -> Stubs:
    return Stubs()


REMOVED = ("nntplib.", "telnetlib.", "lib2to3.", "distutils.")
"""Modules that newer versions of the standard library, and so of its stubs, do not have."""


def test_every_name_of_the_standard_library_is_in_its_stubs(stubs: Stubs) -> None:
    names = [
        p
        for table in TABLES
        if table.name.startswith("stdlib")
        for rule in table.rules
        for p in rule.match
        if "*" not in p and "()" not in p and not p.startswith(REMOVED)
    ]
    assert len(names) > 400
    assert [name for name in names if stubs.lookup(name) is None] == []


def test_a_users_rule_wins() -> None:
    rules = user(
        {"match": "json.*", "class": "gpu"},
        {"match": ["requests.get", "mylib.**"], "class": "none"},
        {"match": "mylib.render", "class": "ast_parse"},
        {"match": "boto3.client().invoke", "class": "gpu"},
    )
    found = {
        name: (rule.cost_class if (rule := rules.match(name)) else None)
        for name in ("json.load", "json.JSONDecoder.decode", "requests.get", "requests.post", "mylib.a.b",
                     "mylib.render", "boto3.client().invoke", "boto3.client().get_object")
    }  # fmt: skip
    assert found == {
        "json.load": "gpu",  # a user's pattern over a shipped name
        "json.JSONDecoder.decode": "json_io",  # * is one segment
        "requests.get": None,  # "none": no op
        "requests.post": "network",
        "mylib.a.b": None,
        "mylib.render": "ast_parse",  # exact over pattern
        "boto3.client().invoke": "gpu",
        "boto3.client().get_object": "network",
    }


def test_the_more_specific_pattern_wins_then_the_first() -> None:
    rules = user(
        {"match": "lib.*", "class": "pickle"},
        {"match": "lib.load_*", "class": "file_io"},
        {"match": "lib.*_load", "class": "network"},
    )
    found = [(rule.cost_class if (rule := rules.match(n)) else None) for n in ("lib.x", "lib.load_x", "lib.load_load")]
    assert found == ["pickle", "file_io", "file_io"]


KINDS = parse_table(
    {"kinds": {"file_io": {"open": ["lib.open", "a.*"], "all": "lib.**"}, "pickle": {"fast": "lib.*"}}}, "t"
)


@pytest.mark.parametrize(
    ("callee", "cost_class", "kind"),
    [
        ("lib.open", "file_io", "open"),  # an exact name outranks a pattern
        ("lib.other", "file_io", "all"),
        ("lib.deep.other", "file_io", "all"),
        ("a.b", "file_io", "open"),
        ("a.b.c", "file_io", ""),
        ("lib.open", "pickle", "fast"),
        ("lib.open", "network", ""),
        ("public.open", "file_io", "open"),  # an alias
    ],
)
def test_the_kind_of_work(callee: str, cost_class: str, kind: str) -> None:
    assert Rules([KINDS, RuleTable("u", (), {}, {"public": "lib"})]).kind(callee, cost_class) == kind


def test_a_users_kind_outranks_a_shipped_one() -> None:
    user = parse_table({"kinds": {"file_io": {"mine": "lib.*"}}}, "u")
    assert [Rules([KINDS], [user]).kind(name, "file_io") for name in ("lib.open", "lib.a.b")] == ["mine", "all"]


# the matcher

SEGMENT = st.text("ab()*", min_size=1, max_size=4).filter(lambda text: "**" not in text)
PATTERN = st.builds(
    lambda head, tail: ".".join(head + tail),
    st.lists(SEGMENT, min_size=1, max_size=3),
    st.sampled_from(([], ["**"])),
).filter(lambda text: text.count("*") <= 6 and text.replace("*", "").strip(".") != "")
CALLEE = st.lists(st.text("ab()[]", min_size=1, max_size=4), min_size=1, max_size=4).map(".".join)


def naive(pattern: str, callee: str) -> bool:
    """The same by a regular expression, segment by segment."""
    some, segments = pattern.split("."), callee.split(".")
    if some[-1] == "**":
        some, segments = some[:-1], segments if len(segments) > len(some) - 1 else []
        segments = segments[: len(some)]
    return len(some) == len(segments) and all(
        re.fullmatch(fnmatch.translate(one), other) is not None for one, other in zip(some, segments, strict=True)
    )


@given(PATTERN, CALLEE)
def test_pattern_equals_a_regular_expression(pattern: str, callee: str) -> None:
    assert pattern_matches(tuple(pattern.split(".")), tuple(callee.split("."))) == naive(pattern, callee)


@given(st.lists(st.tuples(st.lists(PATTERN, min_size=1, max_size=2), st.lists(PATTERN, max_size=1), st.booleans()),
                max_size=8), CALLEE)  # fmt: skip
def test_matcher_equals_a_naive_one(rows: list[tuple[list[str], list[str], bool]], callee: str) -> None:
    rules = [Rule(tuple(match), f"class{i}", unless=tuple(unless)) for i, (match, unless, _) in enumerate(rows)]
    mine = [rule for rule, row in zip(rules, rows, strict=True) if row[2]]
    theirs = [rule for rule, row in zip(rules, rows, strict=True) if not row[2]]
    ranked = [
        ((is_mine, "*" not in p, len(p.replace("*", "")), -place), rule)
        for is_mine, group in ((True, mine), (False, theirs))
        for place, rule in enumerate(group)
        for p in rule.match
        if naive(p, callee) and not callee.endswith("[]")
        if not any(naive(u, callee) for u in rule.unless)
    ]
    expected = max(ranked, key=lambda row: row[0])[1] if ranked else None
    assert Rules([RuleTable("s", tuple(theirs))], [RuleTable("u", tuple(mine))]).match(callee) == expected
