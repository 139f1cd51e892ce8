"""Probes: each works, and trees are as large as asked for."""

import gc

import pytest

from code_path_audit.runtime.calibration.probes import PROBES, Probe, installed, nodes, tree


@pytest.mark.parametrize("probe", PROBES, ids=[probe.callee for probe in PROBES])
def test_each_probe_works_at_its_smallest_size(probe: Probe, tmp_path) -> None:  # type: ignore[no-untyped-def]
    if not installed(probe):
        pytest.skip(f"{probe.needs} is not installed")
    size, work = probe.make(probe.sizes[0], tmp_path)
    work()
    work()
    del work
    gc.collect()  # what is still open then is a warning, and so an error, of this test
    assert size >= 0


@pytest.mark.parametrize("leaves", [1, 7, 70, 700])
def test_trees_have_about_the_leaves_asked_for(leaves: int) -> None:
    assert leaves <= nodes(tree(leaves)) <= 4 * leaves + 4
