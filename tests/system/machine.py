# SPDX-License-Identifier: MIT
"""The class Machine and what goes with it, from scripts/quern/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "scripts"))

# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from quern.machine import *  # noqa: E402,F401,F403
