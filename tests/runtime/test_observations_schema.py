"""Every record that is written is what the schema says, and what the reader refuses, it refuses."""

from __future__ import annotations

import json

import jsonschema
import pytest

from code_path_audit.runtime.observations import (
    EdgeObservation,
    GcObservation,
    ImportObservation,
    LoopObservation,
    Observations,
    OpObservation,
    RunObservation,
)  # fmt: skip
from code_path_audit.runtime.observations_file import render
from code_path_audit.runtime.observations_schema import observations_schema

ALL = Observations(
    (
        OpObservation("save", "a.py", "a.f", "open", 1, "file_io", True, 3, ((10, 3),), ((8, 2),), (), 3),
        OpObservation("save", "a.py", "a.g", "open", 1, "file_io", False, 1, (), (), (), None),
    ),
    (EdgeObservation("save", "a.py", "a.f", "g", 1, "a.g", True, 2),),
    (ImportObservation("save", "a.py", "json", ((20, 1),)),),
    (GcObservation("save", 2, 1, 1000),),
    (LoopObservation("save", "a.py", "a.f", 1, 3),),
    (RunObservation("save", 1),),
)
SCHEMA = observations_schema()


def test_every_line_that_is_written() -> None:
    lines = render(ALL).splitlines()
    assert len(lines) == 8
    for line in lines:
        jsonschema.validate(json.loads(line), SCHEMA)


@pytest.mark.parametrize(
    "record",
    [
        {}, {"observations": 2}, {"kind": "run", "action": "save"}, {"kind": "run", "action": "save", "count": "1"},
        {"kind": "other"}, {"kind": "run", "action": "save", "count": 1, "more": 1},
    ],
)  # fmt: skip
def test_other_lines(record: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, SCHEMA)
