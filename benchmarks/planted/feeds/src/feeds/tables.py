"""Tables that a plugin for translations needs."""

import json
from pathlib import Path

LANGUAGES = json.loads((Path(__file__).parent / "languages.json").read_text(encoding="utf-8"))
