"""The identity of an op: what stays the same when lines shift, so that a baseline knows it again."""

from hashlib import blake2b


def op_id(function: str, callee: str, base_class: str, ordinal: int) -> str:
    """12 hexadecimal digits of (function's fqname, callee, class of the work, ordinal among the same in there)."""
    # a length before each part: no two different quadruples spell the same text
    parts = (function, callee, base_class, str(ordinal))
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
