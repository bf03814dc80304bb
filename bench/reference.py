# SPDX-License-Identifier: MIT
"""The newest Debian suite's QEMU, unpacked beside the cache and run through its own loader."""

import os
import re
import subprocess
from pathlib import Path

from guestlib import AptRoot, FetchError, cache_dir, unpack_closure

# What the emulator's packages depend on and an emulator without display or network does not use.
SKIP = ("seabios", "ipxe-qemu", "ipxe-qemu-256k-compat-efi-roms", "qemu-system-data", "adduser",
        "qemu-efi-aarch64", "qemu-efi-arm", "debconf")


def newest_reference():
    """(label, command) of a script that starts it."""
    for suite in ("unstable", "testing"):
        root = AptRoot(suite, "amd64")
        try:
            root.update()
            break
        except FetchError:
            continue
    else:
        raise FetchError("no newer Debian suite can be reached")
    script = cache_dir() / "reference" / f"qemu-{suite}"
    roots = unpack_closure(root, ["qemu-system-arm"], skip=SKIP)
    libraries = sorted({str(path.parent) for folder in roots
                        for path in Path(folder).rglob("*.so*") if path.is_file()})
    loader = next(path for folder in roots for path in Path(folder).rglob("ld-linux-x86-64.so.2"))
    binary = next(path for folder in roots for path in Path(folder).rglob("qemu-system-aarch64")
                  if path.is_file() and not path.is_symlink())
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(f"#!/bin/sh\nexec {loader} --library-path {':'.join(libraries)} {binary} "
                      "-nic none \"$@\"\n")
    os.chmod(script, 0o755)
    text = subprocess.run([script, "--version"], check=True, capture_output=True, text=True).stdout
    return f"qemu {re.search(r'[0-9.]+[0-9]', text)[0]}", str(script)
