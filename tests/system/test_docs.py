# SPDX-License-Identifier: MIT
"""Pages whose contents can go stale: docs/add-a-device.md, docs/translator-tour.md."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from machine import TOP, quern_binary

PAGE = (TOP / "docs/add-a-device.md").read_text()


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.M | re.S)


def commands():
    """(command, the output that the page shows)"""
    found = []
    for block in blocks("console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


@pytest.mark.parametrize("code", blocks("c"), ids=range(len(blocks("c"))))
def test_code_is_of_the_example(code):
    assert code in (TOP / "hw/misc/example.c").read_text()


def test_size():
    assert len((TOP / "hw/misc/example.c").read_text().splitlines()) < 150


@pytest.mark.parametrize("command, output", commands(), ids=range(len(commands())))
def test_command(command, output):
    command = command.replace("build/quern-system-aarch64", quern_binary())
    done = subprocess.run(command, shell=True, cwd=TOP, capture_output=True, text=True, timeout=20,
                          stdin=subprocess.DEVNULL, check=True)
    assert not done.stderr
    if output:
        assert done.stdout.splitlines() == output


def test_translator_tour():
    """Its listings are what the translator does."""
    done = subprocess.run([TOP / "scripts/translator-tour.py", "--quern", quern_binary()],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
