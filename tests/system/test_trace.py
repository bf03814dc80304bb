# SPDX-License-Identifier: MIT
"""Exceptions, the MMU, interrupts and the like at every level, by bare programs whose traces are
compared with the reference's (trace/, tracelib.py, trace_differences.py)."""

import pytest

import tracelib


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """Where programs are built."""
    return tmp_path_factory.mktemp("trace")


@pytest.mark.skipif(not tracelib.have_cross_gcc(), reason="there is no cross compiler")
@pytest.mark.parametrize("run", tracelib.ALL_RUNS, ids=str)
def test_trace(run, programs):
    tracelib.check(run, programs)
