"""What teams do to their code, as edits by hand of cookiecutter 2.6.0: harmless, regressions, and other things.

An edit is (path, old text, new text): every occurrence is replaced; old "" appends, new None deletes the file.
"""

# ruff: noqa: E501 (an edit reads best as one line)

from __future__ import annotations

Edits = tuple[tuple[str, str, str | None], ...]

MAIN, GENERATE, REPLAY = "cookiecutter/main.py", "cookiecutter/generate.py", "cookiecutter/replay.py"
CONFIG, HOOKS, UTILS = "cookiecutter/config.py", "cookiecutter/hooks.py", "cookiecutter/utils.py"
REPOSITORY, ZIPFILE, FIND = "cookiecutter/repository.py", "cookiecutter/zipfile.py", "cookiecutter/find.py"

OPEN_REPLAY = """    with open(replay_file, 'w', encoding="utf-8") as outfile:
        json.dump(context, outfile, indent=2)
"""
DUMP = 'def dump(replay_dir: "os.PathLike[str]", template_name: str, context: dict):'
CALL_DUMP = "    dump(config_dict['replay_dir'], template_name, context)\n"
SCRIPTS = """    scripts = []
    for hook_file in os.listdir(hooks_dir):
        if valid_hook(hook_file, hook_name):
            scripts.append(os.path.abspath(os.path.join(hooks_dir, hook_file)))
"""
READ_CONTEXT = """        with open(context_file, encoding='utf-8') as file_handle:
            obj = json.load(file_handle, object_pairs_hook=OrderedDict)
"""
READ_REPLAY = """    with open(replay_file, encoding="utf-8") as infile:
        context = json.load(infile)
"""
DEF_GET_CONFIG = "def get_config(config_path):\n"
SCRIPT_LOOP = """    for script in scripts:
        run_script_with_context(script, project_dir, context)
"""
PATCH_INIT = """    def __init__(self, repo_dir: "os.PathLike[str]"):
        self._repo_dir = f"{repo_dir}" if isinstance(repo_dir, Path) else repo_dir
        self._path = None
"""
FILES_LOOP = "                infile = os.path.normpath(os.path.join(root, f))\n"

STORAGE = '''"""Where replays are kept."""

import json

from cookiecutter.replay import get_file_name
from cookiecutter.utils import make_sure_path_exists


def write_replay(folder, name: str, content: dict):
    """Write json data to file."""
    make_sure_path_exists(folder)
    if not isinstance(name, str):
        raise TypeError('Template name is required to be of type str')
    if not isinstance(content, dict):
        raise TypeError('Context is required to be of type dict')
    if 'cookiecutter' not in content:
        raise ValueError('Context is required to contain a cookiecutter key')
    replay_file = get_file_name(folder, name)
    with open(replay_file, 'w', encoding="utf-8") as outfile:
        json.dump(content, outfile, indent=2)
'''

HARMLESS: dict[str, Edits] = {
    "a function moves to a new module under another name": (
        ("cookiecutter/storage.py", "", STORAGE),
        (MAIN, "from cookiecutter.replay import dump, load", "from cookiecutter.replay import load\nfrom cookiecutter.storage import write_replay"),
        (MAIN, CALL_DUMP, CALL_DUMP.replace("dump(", "write_replay(")),
        (REPLAY, DUMP, "def _dump_is_gone(replay_dir, template_name, context):"),
        (REPLAY, OPEN_REPLAY, "    raise NotImplementedError(replay_file)\n"),
    ),
    "a function becomes a method": (
        (REPLAY, DUMP, "class Replay:\n  def __init__(self, replay_dir):\n    self.replay_dir = replay_dir\n\n  def dump(self, template_name: str, context: dict):"),
        (REPLAY, "    make_sure_path_exists(replay_dir)\n", "    replay_dir = self.replay_dir\n    make_sure_path_exists(replay_dir)\n"),
        (MAIN, "import dump, load", "import Replay, load"),
        (MAIN, CALL_DUMP, "    Replay(config_dict['replay_dir']).dump(template_name, context)\n"),
    ),
    "a function becomes a static method": (
        (REPLAY, DUMP, "class Replay:\n  @staticmethod\n  def dump(replay_dir, template_name: str, context: dict):"),
        (MAIN, "import dump, load", "import Replay, load"),
        (MAIN, CALL_DUMP, CALL_DUMP.replace("dump(", "Replay.dump(")),
    ),
    "a class is split in two": (
        (MAIN, PATCH_INIT, '    def __init__(self, repo_dir: "os.PathLike[str]"):\n        self._paths = _Paths(repo_dir)\n        self._path = None\n'),
        (MAIN, "sys.path.append(self._repo_dir)", "sys.path.append(self._paths.repo_dir)"),
        (MAIN, "", "\n\nclass _Paths:\n    def __init__(self, repo_dir):\n        self.repo_dir = f\"{repo_dir}\" if isinstance(repo_dir, Path) else repo_dir\n"),
    ),
    "a function becomes async": (
        (REPLAY, DUMP, "async " + DUMP),
        (MAIN, CALL_DUMP, "    asyncio.run(dump(config_dict['replay_dir'], template_name, context))\n"),
        (MAIN, "import logging\n", "import asyncio\nimport logging\n"),
    ),
    "type annotations": (
        (REPLAY, "def load(replay_dir, template_name):", "def load(replay_dir: str, template_name: str) -> dict[str, object]:"),
        (CONFIG, DEF_GET_CONFIG, "def get_config(config_path: str) -> dict:\n"),
        (HOOKS, "def run_script_with_context(script_path, cwd, context):", "def run_script_with_context(script_path: str, cwd: str, context: dict) -> None:"),
    ),
    "a logging decorator on the path": (
        (CONFIG, DEF_GET_CONFIG, "def logged(function):\n    @functools.wraps(function)\n    def wrapper(*args, **kwargs):\n        logger.debug('calling %s', function.__name__)\n        return function(*args, **kwargs)\n\n    return wrapper\n\n\n@logged\n" + DEF_GET_CONFIG),
        (CONFIG, "import copy\n", "import copy\nimport functools\n"),
    ),
    "a decorator with arguments on the path": (
        (UTILS, "logger = logging.getLogger(__name__)\n", "logger = logging.getLogger(__name__)\n\n\ndef named(name):\n    def decorate(function):\n        @functools.wraps(function)\n        def wrapper(*args, **kwargs):\n            logger.debug(name)\n            return function(*args, **kwargs)\n\n        return wrapper\n\n    return decorate\n"),
        (UTILS, "import logging\n", "import functools\nimport logging\n"),
        (REPLAY, "from cookiecutter.utils import make_sure_path_exists", "from cookiecutter.utils import make_sure_path_exists, named"),
        (REPLAY, DUMP, "@named('dump')\n" + DUMP),
    ),
    "a body wrapped in try and except": (
        (REPLAY, OPEN_REPLAY, "    try:\n        with open(replay_file, 'w', encoding=\"utf-8\") as outfile:\n            json.dump(context, outfile, indent=2)\n    except OSError as error:\n        raise ValueError('cannot write') from error\n"),
    ),
    "a body wrapped in a context manager of its own": (
        (REPLAY, OPEN_REPLAY, "    with timed('dump'):\n        with open(replay_file, 'w', encoding=\"utf-8\") as outfile:\n            json.dump(context, outfile, indent=2)\n"),
        (REPLAY, DUMP, "@contextlib.contextmanager\ndef timed(name):\n    begun = time.monotonic()\n    yield\n    print(name, time.monotonic() - begun)\n\n\n" + DUMP),
        (REPLAY, "import json\n", "import contextlib\nimport json\nimport time\n"),
    ),
    "two with statements become one": (
        (ZIPFILE, "            r = requests.get(zip_uri, stream=True, timeout=100)\n            with open(zip_path, 'wb') as f:\n", "            with requests.get(zip_uri, stream=True, timeout=100) as r, open(zip_path, 'wb') as f:\n"),
    ),
    "a loop becomes a comprehension": (
        (HOOKS, SCRIPTS, "    scripts = [\n        os.path.abspath(os.path.join(hooks_dir, hook_file))\n        for hook_file in os.listdir(hooks_dir)\n        if valid_hook(hook_file, hook_name)\n    ]\n"),
    ),
    "a loop around an op becomes a comprehension": (
        (HOOKS, SCRIPT_LOOP, "    [run_script_with_context(script, project_dir, context) for script in scripts]\n"),
    ),
    "a loop around an op becomes a while loop": (
        (HOOKS, SCRIPT_LOOP, "    left = list(scripts)\n    while left:\n        run_script_with_context(left.pop(0), project_dir, context)\n"),
    ),
    "a loop around an op counts with enumerate": (
        (HOOKS, SCRIPT_LOOP, "    for number, script in enumerate(scripts):\n        logger.debug(number)\n        run_script_with_context(script, project_dir, context)\n"),
    ),
    "the body of a loop becomes a function": (
        (HOOKS, SCRIPT_LOOP, "    for script in scripts:\n        _run_one(script, project_dir, context)\n"),
        (HOOKS, "", "\n\ndef _run_one(script, project_dir, context):\n    run_script_with_context(script, project_dir, context)\n"),
    ),
    "a loop moves into a helper": (
        (HOOKS, SCRIPT_LOOP, "    _run_all(scripts, project_dir, context)\n"),
        (HOOKS, "", "\n\ndef _run_all(scripts, project_dir, context):\n" + SCRIPT_LOOP),
    ),
    "a helper of one caller is inlined": (
        (REPLAY, "    replay_file = get_file_name(replay_dir, template_name)\n", "    replay_file = os.path.join(replay_dir, template_name + '.json')\n"),
        (HOOKS, "    utils.make_executable(script_path)\n", "    status = os.stat(script_path)\n    os.chmod(script_path, status.st_mode | 64)\n"),
    ),
    "imports by module instead of by name": (
        (MAIN, "from cookiecutter.replay import dump, load\n", "from cookiecutter import replay as replays\n"),
        (MAIN, CALL_DUMP, CALL_DUMP.replace("dump(", "replays.dump(")),
        (MAIN, "context_from_replayfile = load(", "context_from_replayfile = replays.load("),
    ),
    "relative imports": (
        (MAIN, "from cookiecutter.", "from ."),
        (REPLAY, "from cookiecutter.", "from ."),
    ),
    "imports under another name": (
        (GENERATE, "import json\n", "import json as js\n"),
        (GENERATE, "json.load(", "js.load("),
    ),
    "a protocol between caller and callee": (
        (MAIN, CALL_DUMP, "    _keep(dump, config_dict['replay_dir'], template_name, context)\n"),
        (MAIN, "class _patch_import_path_for_repo:", "class Keeper(Protocol):\n    def __call__(self, folder, name, context): ...\n\n\ndef _keep(keeper: Keeper, folder, name, context):\n    keeper(folder, name, context)\n\n\nclass _patch_import_path_for_repo:"),
        (MAIN, "from pathlib import Path\n", "from pathlib import Path\nfrom typing import Protocol\n"),
    ),
    "a parameter is added": (
        (REPLAY, DUMP, DUMP.replace("context: dict", "context: dict, indent: int = 2")),
        (REPLAY, "indent=2", "indent=indent"),
    ),
    "a parameter is renamed and given by keyword": (
        (GENERATE, "def generate_file(project_dir, infile,", "def generate_file(project_dir, source,"),
        (GENERATE, "    logger.debug('Processing file %s', infile)\n", "    infile = source\n    logger.debug('Processing file %s', infile)\n"),
        (GENERATE, "                        project_dir, infile, context, env, skip_if_file_exists\n", "                        project_dir, source=infile, context=context, env=env, skip_if_file_exists=skip_if_file_exists\n"),
    ),
    "a class becomes a dataclass": (
        (MAIN, PATCH_INIT, "    repo_dir: object\n    _path: object = None\n"),
        (MAIN, "self._repo_dir", "f'{self.repo_dir}'"),
        (MAIN, "class _patch_import_path_for_repo:", "@dataclasses.dataclass\nclass _patch_import_path_for_repo:"),
        (MAIN, "import logging\n", "import dataclasses\nimport logging\n"),
    ),
    "parameters become a dataclass": (
        (REPLAY, DUMP, "@dataclass\nclass Target:\n    folder: str\n    name: str\n\n\ndef dump(target: Target, context: dict):"),
        (REPLAY, "    make_sure_path_exists(replay_dir)\n", "    replay_dir, template_name = target.folder, target.name\n    make_sure_path_exists(replay_dir)\n"),
        (REPLAY, "import os\n", "import os\nfrom dataclasses import dataclass\n"),
        (MAIN, "import dump, load", "import Target, dump, load"),
        (MAIN, CALL_DUMP, "    dump(Target(config_dict['replay_dir'], template_name), context)\n"),
    ),
    "imports for type checkers alone": (
        (FIND, "from jinja2 import Environment\n", "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from jinja2 import Environment\n"),
        (FIND, "env: Environment", 'env: "Environment"'),
    ),
    "a condition is turned round, with an early return": (
        (HOOKS, "    if not scripts:\n        logger.debug('No %s hook found', hook_name)\n        return\n    logger.debug('Running hook %s', hook_name)\n" + SCRIPT_LOOP, "    if scripts:\n        logger.debug('Running hook %s', hook_name)\n        for script in scripts:\n            run_script_with_context(script, project_dir, context)\n    else:\n        logger.debug('No %s hook found', hook_name)\n"),
    ),
    "a constant is named": (
        (REPLAY, 'encoding="utf-8"', "encoding=ENCODING"),
        (REPLAY, DUMP, "ENCODING = 'utf-8'\n\n\n" + DUMP),
    ),
    "pathlib instead of os.path": (
        (CONFIG, "if not os.path.exists(config_path):", "if not Path(config_path).exists():"),
        (CONFIG, "import os\n", "import os\nfrom pathlib import Path\n"),
    ),
    "a file is opened by its path's method": (
        (REPLAY, "with open(replay_file, encoding=\"utf-8\") as infile:", "with Path(replay_file).open(encoding=\"utf-8\") as infile:"),
        (REPLAY, "import os\n", "import os\nfrom pathlib import Path\n"),
    ),
    "a module becomes a package": (
        ("cookiecutter/replay/__init__.py", "", "from cookiecutter.replay.files import dump, get_file_name, load\n"),
        ("cookiecutter/replay/files.py", "", "import json\nimport os\n\nfrom cookiecutter.utils import make_sure_path_exists\n\n\ndef get_file_name(replay_dir, template_name):\n    suffix = '.json' if not template_name.endswith('.json') else ''\n    return os.path.join(replay_dir, f'{template_name}{suffix}')\n\n\ndef dump(replay_dir, template_name, context):\n    make_sure_path_exists(replay_dir)\n    replay_file = get_file_name(replay_dir, template_name)\n" + OPEN_REPLAY + "\n\ndef load(replay_dir, template_name):\n    replay_file = get_file_name(replay_dir, template_name)\n" + READ_REPLAY + "    return context\n"),
        (REPLAY, "", None),
    ),
    "a function becomes a nested one": (
        (HOOKS, SCRIPT_LOOP, "    def one(script):\n        run_script_with_context(script, project_dir, context)\n\n    for script in scripts:\n        one(script)\n"),
    ),
    "a table of functions instead of a call": (
        (MAIN, CALL_DUMP, "    KEEPERS['json'](config_dict['replay_dir'], template_name, context)\n"),
        (MAIN, "def cookiecutter(\n", "KEEPERS = {'json': dump}\n\n\ndef cookiecutter(\n"),
    ),
    "an op and its function are gone": ((MAIN, CALL_DUMP, ""),),
    "log lines and assertions": (
        (REPLAY, READ_REPLAY, "    logger.debug('reading %s', replay_file)\n    assert replay_file\n" + READ_REPLAY),
        (REPLAY, "import json\n", "import json\nimport logging\n"),
        (REPLAY, DUMP, "logger = logging.getLogger(__name__)\n\n\n" + DUMP),
    ),
    "a helper that others call too is inlined": (
        (REPLAY, "    make_sure_path_exists(replay_dir)\n", "    Path(replay_dir).mkdir(parents=True, exist_ok=True)\n"),
        (REPLAY, "import os\n", "import os\nfrom pathlib import Path\n"),
        (REPLAY, "    replay_file = get_file_name(replay_dir, template_name)\n", "    replay_file = os.path.join(replay_dir, template_name + '.json')\n"),
    ),
    "another library of the same kind, with other names": (
        (ZIPFILE, "import requests\n", "import httpx\n"),
        (ZIPFILE, "requests.get(zip_uri, stream=True, timeout=100)", "httpx.get(zip_uri, timeout=100)"),
        (ZIPFILE, "r.iter_content(chunk_size=1024)", "r.iter_bytes(chunk_size=1024)"),
    ),
}  # fmt: skip

REGRESSIONS: dict[str, tuple[Edits, str]] = {
    "renamed, and called in a loop": (
        (
            (REPLAY, DUMP, DUMP.replace("dump", "write")),
            (MAIN, "import dump, load", "import load, write"),
            (MAIN, CALL_DUMP, "    for _ in context:\n    " + CALL_DUMP.replace("dump(", "write(")),
        ),
        "builtins.open in cookiecutter.replay.write",
    ),
    "moved to another module, and into a loop": (
        (
            ("cookiecutter/storage.py", "", STORAGE),
            (MAIN, "from cookiecutter.replay import dump, load", "from cookiecutter.replay import load\nfrom cookiecutter.storage import write_replay"),
            (MAIN, CALL_DUMP, "    for _ in context:\n    " + CALL_DUMP.replace("dump(", "write_replay(")),
            (REPLAY, OPEN_REPLAY, "    raise NotImplementedError(replay_file)\n"),
        ),
        "builtins.open in cookiecutter.storage.write_replay",
    ),
    "a helper is extracted, and reads twice": (
        (
            (GENERATE, READ_CONTEXT, "        obj = _read(context_file)\n        obj.update(_read(context_file))\n"),
            (GENERATE, "def is_copy_only_path", "def _read(path):\n    for _ in range(2):\n        with open(path, encoding='utf-8') as file_handle:\n            obj = json.load(file_handle)\n    return obj\n\n\ndef is_copy_only_path"),
        ),
        "builtins.open in cookiecutter.generate._read",
    ),
    "a comprehension that opens files": (
        ((HOOKS, SCRIPT_LOOP, SCRIPT_LOOP + "    sizes = [len(open(script).read()) for script in scripts]\n    logger.debug(sizes)\n"),),
        "builtins.open in cookiecutter.hooks.run_hook",
    ),
    "a decorator that reads a file": (
        (
            (REPLAY, DUMP, "def with_settings(function):\n    def wrapper(*args):\n        with open('settings') as file:\n            file.read()\n        return function(*args)\n\n    return wrapper\n\n\n@with_settings\n" + DUMP),
        ),
        "builtins.open in cookiecutter.replay.with_settings.wrapper",
    ),
    "a network call in a constructor": (
        ((MAIN, "        self._path = None\n", "        self._path = None\n        requests.get('https://example.org')\n"), (MAIN, "import logging\n", "import logging\nimport requests\n")),
        "requests.get in cookiecutter.main._patch_import_path_for_repo.__init__",
    ),
    "a property that reads a file": (
        (
            (MAIN, "    def __enter__(self):\n", "    @property\n    def name(self):\n        return open('name').read()\n\n    def __enter__(self):\n        logger.debug(self.name)\n"),
        ),
        "builtins.open in cookiecutter.main._patch_import_path_for_repo.name",
    ),
    "work on entering a context": (
        ((UTILS, "    curdir = os.getcwd()\n", "    curdir = os.getcwd()\n    shutil.copytree(curdir, 'backup')\n"),),
        "shutil.copytree in cookiecutter.utils.work_in",
    ),
    "a deep copy for each file": (
        ((GENERATE, FILES_LOOP, FILES_LOOP + "                context = copy.deepcopy(context)\n"), (GENERATE, "import json\n", "import copy\nimport json\n")),
        "copy.deepcopy in cookiecutter.generate.generate_files",
    ),
    "a read moves from once into each file": (
        ((GENERATE, FILES_LOOP, FILES_LOOP + "                find_template(repo_dir, env)\n"),),
        "os.listdir in cookiecutter.find.find_template",
    ),
    "a retry loop around a download": (
        ((ZIPFILE, "            r = requests.get(zip_uri, stream=True, timeout=100)\n", "            while True:\n                r = requests.get(zip_uri, stream=True, timeout=100)\n                if r.ok:\n                    break\n"),),
        "requests.get in cookiecutter.zipfile.unzip",
    ),
    "one more loop around what is in a loop": (
        ((HOOKS, SCRIPT_LOOP, "    for folder in os.environ['PATH'].split(':'):\n        for script in scripts:\n            run_script_with_context(script, folder, context)\n"),),
        "builtins.open in cookiecutter.hooks.run_script_with_context",
    ),
    "an import in a function, of a module that reads": (
        (
            ("cookiecutter/table.py", "", "with open('table.txt') as file:\n    TABLE = file.read()\n"),
            (REPLAY, "    make_sure_path_exists(replay_dir)\n", "    from cookiecutter.table import TABLE\n\n    print(TABLE)\n    make_sure_path_exists(replay_dir)\n"),
        ),
        "builtins.open in cookiecutter.table",
    ),
    "a callback of a pool": (
        (
            (HOOKS, SCRIPT_LOOP, "    with ThreadPoolExecutor() as pool:\n        list(pool.map(_fetch, scripts))\n" + SCRIPT_LOOP),
            (HOOKS, "import errno\n", "import errno\nfrom concurrent.futures import ThreadPoolExecutor\n"),
            (HOOKS, "", "\n\ndef _fetch(script):\n    import urllib.request\n\n    return urllib.request.urlopen(script)\n"),
        ),
        "urllib.request.urlopen in cookiecutter.hooks._fetch",
    ),
    "a partial": (
        (
            (REPLAY, "    make_sure_path_exists(replay_dir)\n", "    functools.partial(_notify, 'https://example.org')()\n    make_sure_path_exists(replay_dir)\n"),
            (REPLAY, "import json\n", "import functools\nimport json\nimport requests\n"),
            (REPLAY, "", "\n\ndef _notify(url):\n    requests.post(url)\n"),
        ),
        "requests.post in cookiecutter.replay._notify",
    ),
    "an operator that copies": (
        (
            (MAIN, "    def __enter__(self):\n", "    def __eq__(self, other):\n        return copy.deepcopy(self) is other\n\n    def __enter__(self):\n"),
            (MAIN, "    if replay:\n        with import_patch:\n", "    if import_patch == repo_dir:\n        return None\n    if replay:\n        with import_patch:\n"),
            (MAIN, "from copy import copy\n", "import copy\n"),
            (MAIN, "self._path = copy(sys.path)", "self._path = copy.copy(sys.path)"),
        ),
        "copy.deepcopy in cookiecutter.main._patch_import_path_for_repo.__eq__",
    ),
    "a generator that opens what it yields": (
        (
            (HOOKS, SCRIPT_LOOP, "    for text in _texts(scripts):\n        logger.debug(text)\n" + SCRIPT_LOOP),
            (HOOKS, "", "\n\ndef _texts(scripts):\n    for script in scripts:\n        yield open(script).read()\n"),
        ),
        "builtins.open in cookiecutter.hooks._texts",
    ),
    "a default of a dataclass that reads": (
        (
            (REPLAY, DUMP, "def _stamp():\n    return open('stamp').read()\n\n\n@dataclass\nclass Record:\n    name: str\n    stamp: str = field(default_factory=_stamp)\n\n\n" + DUMP),
            (REPLAY, "    make_sure_path_exists(replay_dir)\n", "    print(Record(template_name))\n    make_sure_path_exists(replay_dir)\n"),
            (REPLAY, "import os\n", "import os\nfrom dataclasses import dataclass, field\n"),
        ),
        "builtins.open in cookiecutter.replay._stamp",
    ),
    "a cache is taken away, and another loop calls": (
        ((GENERATE, FILES_LOOP, FILES_LOOP + "                get_user_config()\n"), (GENERATE, "from cookiecutter.find import find_template\n", "from cookiecutter.config import get_user_config\nfrom cookiecutter.find import find_template\n")),
        "os.path.exists in cookiecutter.config.get_user_config",
    ),
    "reading again what was read, in an async task": (
        (
            (MAIN, CALL_DUMP, CALL_DUMP + "    asyncio.run(_verify(context_file))\n"),
            (MAIN, "import logging\n", "import asyncio\nimport logging\n"),
            (MAIN, "class _patch_import_path_for_repo:", "async def _verify(path):\n    await asyncio.gather(_read(path))\n\n\nasync def _read(path):\n    with open(path) as file:\n        return file.read()\n\n\nclass _patch_import_path_for_repo:"),
        ),
        "builtins.open in cookiecutter.main._read",
    ),
}  # fmt: skip

ENTRY = 'entry_points = ["cookiecutter.main:cookiecutter"]'
OTHER: dict[str, tuple[Edits, int, str]] = {
    "an action is renamed": (
        (("pyproject.toml", "actions.generate", "actions.make"),),
        3,
        "baselines/generate.json is the baseline of no action: delete it",
    ),
    "a new action": (
        (("pyproject.toml", "", '[tool.code-path-audit.actions.replay]\nentry_points = ["cookiecutter.replay:load"]\n'),),
        3,
        "OUT OF DATE load of replay: load changed, about 120,000 units\n    there is no baseline for this action",
    ),
    "a new entry point of an action": (
        (("pyproject.toml", ENTRY, 'entry_points = ["cookiecutter.main:cookiecutter", "cookiecutter.cli:list_installed_templates"]'),),
        1,
        "a new entry point",
    ),
    "an entry point is taken away": (
        (("pyproject.toml", ENTRY, 'entry_points = ["cookiecutter.replay:load"]'),),
        0,
        "gone",
    ),
    "the function of an entry point is renamed": (
        ((MAIN, "def cookiecutter(\n", "def make_project(\n"),),
        2,
        "cookiecutter.main",
    ),
    "a baseline is deleted": ((("baselines/generate.json", "", None),), 3, "there is no baseline for this action"),
    "all that is not source": (
        (("README.md", "", "# text\n"), ("tests/test_it.py", "", "def test(): pass\n")), 0, "1 action not affected",
    ),
    "rules are added": (
        (("pyproject.toml", "", '[[tool.code-path-audit.rules]]\nmatch = "jinja2.Environment"\nclass = "network"\n[[tool.code-path-audit.rules]]\nmatch = "os.getcwd"\nclass = "network"\n'),),
        3,
        "this change has the cost model, rules, library models or hints weigh it otherwise",
    ),
    "weights are changed": (
        (("pyproject.toml", "base = 12000", "base = 90000"),),
        3,
        "the baseline was weighed by other constants of the cost model",
    ),
    "a budget that is too small": (
        (("pyproject.toml", "", "[tool.code-path-audit.gate.budgets.generate]\nmax_load = 1000\n"),), 1, "max_load = 1,000",
    ),
    "a file that does not parse": (((REPLAY, DUMP, "def dump("),), 2, "cookiecutter/replay.py:"),
    "a file with the markers of a conflict": (
        ((REPLAY, DUMP, f"<<<<<<< HEAD\n{DUMP}\n=======\n{DUMP}\n>>>>>>> other"),), 2, "cookiecutter/replay.py:",
    ),
    "a module is deleted that is still imported": (((REPLAY, "", None),), 0, "gone"),
}  # fmt: skip
