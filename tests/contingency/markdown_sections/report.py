from collections import Counter
from pathlib import Path

from markdown_it import MarkdownIt


def main() -> str:
    text = Path("notes.md").read_text(encoding="utf-8")
    found = Counter(token.tag for token in MarkdownIt().parse(text) if token.type == "heading_open")
    return "".join(f"{tag} {found[tag]}\n" for tag in sorted(found))
