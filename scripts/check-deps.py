#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Hold the includes of all C to the one-way dependencies of docs/architecture.md.

Every tracked file belongs to the layer of the longest prefix in LAYER_OF; MAY_USE says which other
layers a layer may include from. A header outside include/ is private to its directory tree, except
those in PUBLIC. Tests may include anything.
"""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

# prefix -> layer; an entry that names a file moves that header out of its directory's layer.
LAYER_OF = {
    "util/": "util",
    "include/qemu/": "util",
    "include/qapi/": "util",
    "include/block/aio.h": "util",
    "include/exec/hwaddr.h": "util",
    "include/exec/memattrs.h": "util",
    # Clocks are kept in util/; the header has the field's usual place.
    "include/system/cpu-timers.h": "util",
    "qom/": "qom",
    "include/qom/": "qom",
    "include/qapi/visitor.h": "qom",
    # The schema's types and events are known everywhere; JSON and commands are for the top.
    "qapi/": "qapi",
    "include/qapi/qobject.h": "qapi",
    "include/qapi/qmp-command.h": "qapi",
    "include/qemu/accel.h": "accel-class",
    "accel/accel.c": "accel-class",
    "fpu/": "fpu",
    "include/fpu/": "fpu",
    "chardev/": "chardev",
    "include/chardev/": "chardev",
    "block/": "block",
    "include/block/": "block",
    "net/": "net",
    "include/net/": "net",
    "include/migration/vmstate.h": "vmstate",
    "include/migration/qemu-file-types.h": "vmstate",
    "migration/": "migration",
    "include/migration/": "migration",
    # What run state, memory and the bare CPU object offer to everything above.
    "system/": "core",
    "backends/": "core",
    "include/standard-headers/": "core",
    "include/system/": "core",
    "include/exec/": "core",
    "include/semihosting/": "core",
    "hw/core/": "core",
    "include/hw/": "core",
    "include/hw/core/": "core",
    # The command line sits on everything.
    "system/cmdline/": "top",
    "system/main.c": "top",
    # The one struct that the CPU object and the translator share.
    "include/tcg/env.h": "util",
    "include/exec/memop.h": "util",
    "include/tcg/memop.h": "util",
    "tcg/": "tcg",
    "include/tcg/": "tcg",
    "include/tcg/host.h": "tcg-host",
    "tcg/x86_64/": "tcg-host",
    "accel/": "accel",
    "include/accel/": "accel",
    "target/": "target",
    "include/target/": "target",
    "hw/": "device",
    "monitor/": "monitor",
    "include/monitor/": "monitor",
    "gdbstub/": "monitor",
    "include/gdbstub/": "monitor",
    "ui/": "ui",
    "include/ui/": "ui",
    "tests/": "tests",
    "bench/": "tests",
}
# Device classes; every other directory of hw/ holds the machines of one target.
DEVICE_CLASSES = ("acpi", "audio", "block", "char", "display", "dma", "gpio", "i2c", "input", "ide",
                  "intc", "mem", "misc", "net", "nvram", "pci", "pci-bridge", "pci-host", "rtc",
                  "scsi", "sd", "ssi", "timer", "usb", "virtio", "watchdog")

PLAIN = {"util", "qom"}
BACKENDS = {"chardev", "block", "net"}
CORE = PLAIN | BACKENDS | {"core", "vmstate"}
MAY_USE = {
    "util": set(),
    "qom": {"util"},
    "qapi": {"util", "qom"},
    "fpu": {"util"},
    "vmstate": PLAIN,
    "chardev": PLAIN,
    "block": PLAIN,
    "net": PLAIN | {"chardev"},
    "core": CORE | {"accel-class"},
    "accel-class": PLAIN | {"core"},
    "tcg": {"util", "fpu", "core"},
    "tcg-host": {"util", "tcg"},
    "accel": CORE | {"accel-class", "tcg", "tcg-host"},
    "target": CORE | {"accel-class", "fpu", "tcg", "accel"},
    "device": CORE | {"target", "device", "ui"},
    "machine": CORE | {"target", "device", "ui"},
    "ui": PLAIN | {"core", "chardev"},
    "migration": CORE,
    "monitor": CORE | {"accel-class", "qapi", "migration", "ui"},
    "top": CORE | {"accel-class", "qapi", "device", "monitor", "migration", "ui"},
}
# Headers outside include/ that other directories may use.
PUBLIC = ("target/*/cpu.h", "target/*/cpu-qom.h", "target/*/sysregs.h", "tcg/eval.h")
# (file, header) -> why this one include is right although the table forbids it.
EXCEPTIONS = {}
# Text that must not occur below a directory: what the layer may not know.
UNKNOWN_TO = {
    ("target/", "hw/"): r"\b__(x86_64|aarch64|riscv)__\b",
    ("tcg/", "include/tcg/"): r"\b(ARMCPU|RISCVCPU|X86CPU|CPUARMState|CPURISCVState|CPUX86State)\b",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def layer_of(path):
    best = max((p for p in LAYER_OF if path.startswith(p)), key=len, default=None)
    layer = LAYER_OF.get(best)
    part = path.removeprefix("include/").split("/")
    if layer == "device" or (layer == "core" and part[0] == "hw" and len(part) == 3):
        if part[1] == "core":
            return "core"
        return "device" if part[1] in DEVICE_CLASSES else "machine"
    return layer


def resolve(path, include, tracked):
    """The tracked file an include means, or None for a generated or system header."""
    beside = os.path.normpath(os.path.join(os.path.dirname(path), include))
    for candidate in (beside, "include/" + include, include):
        if candidate in tracked:
            return candidate
    return None


def tree_of(path):
    """The directory whose files share private headers: one level, two for target/ hw/ accel/."""
    part = path.split("/")
    return "/".join(part[:2] if part[0] in ("target", "hw", "accel") else part[:1])


def check_include(path, header):
    """What is wrong with this include, or None."""
    if (path, header) in EXCEPTIONS:
        return None
    user, used = layer_of(path), layer_of(header)
    if used is None:
        return f"{header} belongs to no layer; add it to LAYER_OF"
    if user != used and used not in MAY_USE[user]:
        return f"layer {user} may not use {header} of layer {used}"
    private = not header.startswith("include/")
    if private and tree_of(path) != tree_of(header):
        if not any(fnmatch(header, public) for public in PUBLIC):
            return f"{header} is private to {tree_of(header)}/"
    return None


def check_file(path, tracked):
    text = Path(path).read_text()
    if layer_of(path) is None:
        yield 1, "this file belongs to no layer; add it to LAYER_OF"
        return
    for match in INCLUDE.finditer(text):
        header = resolve(path, match[1], tracked)
        problem = header and check_include(path, header)
        if problem:
            yield text.count("\n", 0, match.start(1)) + 1, problem
    for prefixes, pattern in UNKNOWN_TO.items():
        if path.startswith(prefixes):
            for match in re.finditer(pattern, text):
                yield text.count("\n", 0, match.start()) + 1, f"may not know {match[0]}"


def main():
    os.chdir(Path(__file__).resolve().parent.parent)
    listing = subprocess.run(["git", "ls-files", "*.c", "*.h"], text=True, check=True,
                             stdout=subprocess.PIPE).stdout
    tracked = {path for path in listing.split() if os.path.exists(path)}
    problems = [f"{path}:{line}: {what}" for path in sorted(tracked)
                if LAYER_OF.get(path.split("/")[0] + "/") != "tests"
                for line, what in check_file(path, tracked)]
    print("\n".join(problems) if problems else f"{len(tracked)} files: dependencies point one way")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
