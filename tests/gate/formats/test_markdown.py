"""The step summary: whole, of limited size, and without markup from names."""

# ruff: noqa: E501 (whole outputs)

from __future__ import annotations

import pytest

from code_path_gate.formats.markdown import _text, check_markdown
from tests.gate.formats.judged import LOAD, hostile
from tests.gate.results import FAILS, NOW, failing, result


def test_markdown_escapes_what_would_be_markup() -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").render(check_markdown(hostile()))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_step_summary_keeps_to_its_size() -> None:
    many = result(*(failing(number) for number in range(2000)))
    text = check_markdown(many, limit=20_000)
    assert len(text.encode()) <= 20_000
    shown = text.count("#### ")
    assert f"... and {2000 - shown} more." in text


def test_markdown() -> None:
    assert (
        check_markdown(result(FAILS, LOAD))
        == f"""\
## Code path gate: an action became more expensive

1 action failing (save); 1 action not affected by the change.

### Failing

#### `src/shop/app.py:6` shop.app.save -\\> shop.store.write, now in a loop

- added: `write(cart)`
- an expensive op became at least 2 times as heavy
- save: json.dump in shop.store.write: grown; about 150,000 units -\\> 6,000,000 units, 100% of the load \\[op {NOW.id}\\]
- Make it lighter, or accept it: `code-path-gate refresh --action save --accept {NOW.id} --reason "..." \
--until YYYY-MM-DD`
- likely, not certain: the call in shop.store.write
- path:
  1. `shop.app.save  [loop at line 5]` `src/shop/app.py:6`
  2. `shop.store.write  [likely call]` `src/shop/store.py:14`

### Also

- save: load about 150,000 units -\\> 6,000,000 units
"""
    )


def test_notes_are_told_once_with_their_actions() -> None:
    of = result(code=0, notes=("1 file was not audited: a.py: no Python",))
    told = of.actions[0]._replace(verdict=of.actions[0].verdict._replace(notes=("an acceptance expired",)))
    other = told._replace(verdict=told.verdict._replace(action="load"))
    assert (
        check_markdown(of._replace(actions=(told, other), untouched=()))
        == """\
## Code path gate: clean

2 actions clean.

### Also

- save: load about 150,000 units -\\> 6,000,000 units
- load: load about 150,000 units -\\> 6,000,000 units
- note: 1 file was not audited: a.py: no Python
- note: save, load: an acceptance expired
"""
    )


BARE = {
    "an address": ("see https://evil.example/x?y now", "see `https://evil.example/x?y` now"),
    "without a scheme": ("in src/www.evil.example/a.py", "in `src/www.evil.example/a.py`"),
    "another scheme": ("(ftp://a/b)", "(`ftp://a/b`)"),
    "mail": ("ask a@b.example, or mailto:x", "ask `a@b.example,` or `mailto:x`"),
    "a mention": ("by @everyone", "by `@everyone`"),
    "a link": ("[a](https://b)", "\\[a\\](`https://b`)"),
    "with a backtick": ("https://a`b", "``` https://a`b ```".replace("```", "``")),
    "none": ("a: b. c/d", "a: b. c/d"),
    "a command of the old syntax": ("##[x]", "\\#\\\\x23\\[x\\]"),
}


@pytest.mark.parametrize("name", BARE)
def test_addresses_are_no_links(name: str) -> None:
    text, shown = BARE[name]
    assert _text(text) == shown
