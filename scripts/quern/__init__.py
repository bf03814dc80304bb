# SPDX-License-Identifier: MIT
"""Driving the emulator from Python: QMP (qmp.py), processes (machine.py)."""
