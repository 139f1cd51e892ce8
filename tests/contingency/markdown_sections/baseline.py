"""What Python does today: headings by level, by way of a Markdown parser."""

from collections import Counter

from markdown_it import MarkdownIt

SECTIONS = 300


def sample() -> bytes:
    return "".join(
        f"# Title {n}\n\nSome *text*.\n\n## Part {n}\n\n- a\n- b\n\n```\n# no title\n```\n\n" for n in range(SECTIONS)
    ).encode()


def run(data: bytes) -> bytes:
    found = Counter(token.tag for token in MarkdownIt().parse(data.decode()) if token.type == "heading_open")
    return "".join(f"{tag} {found[tag]}\n" for tag in sorted(found)).encode()
