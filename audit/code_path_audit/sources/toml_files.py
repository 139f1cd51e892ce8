"""The tables of a TOML file, or what is wrong with it: rules, cost models, library models."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from code_path_audit.toml_text import loads

LARGEST_FILE = 1_000_000
"""Bytes of such a file: more is not one."""

ReadFile = Callable[[Path], bytes]
"""The bytes of such a file, at most one more than `LARGEST_FILE` of them; OSError where there is none."""


def from_disk(path: Path) -> bytes:
    """A `ReadFile` of files as they are on disk; OSError for what is no regular file, too: a pipe would hold us up."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "not a regular file")
        return file.read(LARGEST_FILE + 1)


def read_tables(path: Path, read: ReadFile = from_disk) -> tuple[dict[str, Any], str]:
    """What a TOML file holds, or what is wrong with it."""
    try:
        data = read(path)
    except OSError as error:
        return {}, f"cannot read the file: {error.strerror or type(error).__name__}"
    except ValueError:
        return {}, "this cannot be the name of a file"
    if len(data) > LARGEST_FILE:
        return {}, f"the file has more than {LARGEST_FILE:,} bytes"
    try:
        return loads(data.decode("utf-8")), ""
    except UnicodeDecodeError:
        return {}, "the file is not UTF-8"
    except ValueError as error:  # TOMLDecodeError, and what int() says of a number with thousands of digits
        return {}, f"not valid TOML: {error}"
    except RecursionError:
        return {}, "nested too deeply to be read"
