# SPDX-License-Identifier: MIT
"""Random words, at each exception level, neither end nor stop nor bloat the emulator."""

import os
import subprocess

import pytest

from machine import SLOW, TOP, quern_binary

SECONDS = float(os.environ.get("QUERN_RANDOM_SECONDS", "10"))


@pytest.mark.smoke
@pytest.mark.skipif("tsan" in quern_binary(), reason="one CPU: nothing for ThreadSanitizer")
@pytest.mark.parametrize("el", [0, 1, 2])
def test_random_words(el):
    done = subprocess.run([TOP / "tests/random/run.py", "--el", str(el), "--rounds", "4",
                           "--seconds", str(SECONDS), "--binary", quern_binary()],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=SECONDS + 300 * SLOW)
    print(done.stdout)
    assert done.returncode == 0, done.stdout
