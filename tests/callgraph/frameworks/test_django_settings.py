"""`settings.NAME` is what the settings modules of the program bind."""

from __future__ import annotations

from tests.callgraph.frameworks.querying import ops_of

SETTINGS = "SECRET_KEY = 'a'\nINSTALLED_APPS = []\nNAME = 'rates.json'\n"


def test_a_setting_has_the_value_of_the_settings_module() -> None:
    body = "from django.conf import settings\ndef f():\n    return (settings.BASE / settings.NAME).read_text()\n"
    modules = {
        "site.__init__": "",
        "site.settings": f"from pathlib import Path\nBASE = Path('/srv')\n{SETTINGS}",
        "m": body,
    }
    assert [(op.callee, op.evidence) for op in ops_of(modules, "m.f")] == [("pathlib.Path.read_text", "certain")]


def test_a_module_that_binds_no_settings_is_none() -> None:
    body = "from django.conf import settings\ndef f():\n    return settings.BASE.read_text()\n"
    modules = {"game.__init__": "", "game.settings": "from pathlib import Path\nBASE = Path('/srv')\n", "m": body}
    assert ops_of(modules, "m.f") == []
