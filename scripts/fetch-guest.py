#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Fetch what a guest needs from Debian: the arm64 kernel and a static busybox, or any package.

  fetch-guest.py                       kernel and busybox of this machine's release, and an
                                       initramfs made of the latter
  fetch-guest.py --suite newest        the same, kernel from the newest suite the mirror has
  fetch-guest.py --insert NAME ...     the same, with an initramfs that has these modules of the
                                       kernel and inserts them in this order
  fetch-guest.py --package NAME ...    unpack these arm64 packages; prints their directories
  fetch-guest.py --module NAME ...     these modules of the kernel, as gpio_keys

Prints one `name=path` line for each thing. Everything stays under $XDG_CACHE_HOME/quern (or
~/.cache/quern) and is not fetched again while it is there; --refresh asks the mirror anew.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from guestlib import AptRoot, FetchError, cache_dir, extract, host_codename, unpack

# Newest first. The first one whose Release file the machine's mirror and keyring can give wins.
NEWEST = ("unstable", "testing", "stable")
KERNEL_PATTERNS = (r"boot/vmlinuz-[^/]+", r"(usr/)?lib/modules/[^/]+/vmlinuz(\.[a-z]+)?")


def newest_root(refresh):
    problems = []
    for suite in NEWEST:
        root = AptRoot(suite)
        if refresh:
            root.forget()
        try:
            root.update()
            return root
        except FetchError as err:
            problems.append(str(err))
    raise FetchError("no newer Debian suite can be reached:\n" + "\n".join(problems))


def kernel_debs(root, package, depth=2):
    """PACKAGE, then the kernel packages it depends on: one of them holds the image."""
    seen, queue = [], [(package, depth)]
    while queue:
        name, left = queue.pop(0)
        if name in seen:
            continue
        seen.append(name)
        if left:
            queue += [(dep, left - 1) for dep in root.depends(name) if dep.startswith("linux-")]
    # The metapackage itself is empty; start with what it points at.
    return seen[1:] + seen[:1]


def fetch_kernel(root, package):
    """Path of the Image of PACKAGE, e.g. linux-image-arm64."""
    dest = cache_dir() / "guest" / root.suite / package
    image = dest / "Image"
    if image.exists():
        return image
    root.update()
    dest.mkdir(parents=True, exist_ok=True)
    for name in kernel_debs(root, package):
        found = extract(root.download(name), KERNEL_PATTERNS, dest)
        if found:
            (dest / "version").write_text(root.download(name).name + "\n")
            os.replace(found[0], image)
            return image
    raise FetchError(f"{package} of {root.suite} and its dependencies hold no kernel image")


def fetch_module(root, package, name):
    """Path of the module NAME of the kernel that fetch_kernel() gives."""
    dest = fetch_kernel(root, package).parent
    path = dest / f"{name}.ko"
    if not path.exists():
        deb = root.debs / (dest / "version").read_text().strip()
        if not extract(deb, (rf"(usr/)?lib/modules/.*/{re.escape(name)}\.ko",), dest):
            raise FetchError(f"{deb.name} holds no module {name}.ko")
    return path


def fetch_busybox(root):
    dest = cache_dir() / "guest" / root.suite / "busybox-static"
    path = dest / "busybox"
    if not path.exists():
        dest.mkdir(parents=True, exist_ok=True)
        if not extract(root.download("busybox-static"), (r"(usr/)?bin/busybox",), dest):
            raise FetchError("busybox-static holds no bin/busybox")
    return path


def make_initrd(busybox, modules=()):
    """The initramfs that mkinitramfs makes of BUSYBOX; made again when a part of it is newer."""
    maker = Path(__file__).resolve().with_name("mkinitramfs")
    initrd = busybox.with_name("-".join(["initrd", *(m.stem for m in modules)]) + ".gz")
    newest = max(path.stat().st_mtime for path in (maker, busybox, *modules))
    if not initrd.exists() or initrd.stat().st_mtime < newest:
        subprocess.run([sys.executable, maker, "-o", initrd, "--busybox", busybox,
                        *(f"--module={m}" for m in modules)], check=True)
    return initrd


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", help="Debian suite, or `newest`; default: this machine's")
    parser.add_argument("--arch", default="arm64", help="Debian architecture of --package")
    parser.add_argument("--kernel", default="linux-image-arm64", help="the kernel's package")
    parser.add_argument("--package", nargs="+", help="unpack these instead of the boot set")
    parser.add_argument("--module", nargs="+", help="modules of the kernel instead of the set")
    parser.add_argument("--insert", nargs="+", default=[], metavar="MODULE",
                        help="modules that the initramfs inserts before the shell, in this order")
    parser.add_argument("--refresh", action="store_true", help="forget what is cached")
    args = parser.parse_args()
    try:
        if args.suite == "newest":
            root = newest_root(args.refresh)
        else:
            root = AptRoot(args.suite, args.arch)
        if args.refresh:
            root.forget()
            shutil.rmtree(cache_dir() / "guest" / root.suite, ignore_errors=True)
            shutil.rmtree(root.debs, ignore_errors=True)
        if args.package:
            for name in args.package:
                print(f"{name}={unpack(root, name)}")
        elif args.module:
            for name in args.module:
                print(f"{name}={fetch_module(root, args.kernel, name)}")
        else:
            print(f"kernel={fetch_kernel(root, args.kernel)}")
            busybox = fetch_busybox(AptRoot(host_codename()))
            print(f"busybox={busybox}")
            modules = [fetch_module(root, args.kernel, name) for name in args.insert]
            print(f"initrd={make_initrd(busybox, modules)}")
    except (FetchError, OSError, subprocess.CalledProcessError) as err:
        sys.exit(f"fetch-guest: {err}")


if __name__ == "__main__":
    main()
