# SPDX-License-Identifier: MIT
"""Fetching Debian packages of another architecture without touching the machine's own apt.

A private apt root is kept under the user's cache directory: own sources, lists, package cache and
an empty dpkg status. What the machine knows about reaching its mirror (source URIs, keyrings,
proxies, other Acquire options) is read out of its apt configuration and repeated there, so no
host name is written down here.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

RELEASE_SUFFIXES = ("", "-updates", "-security")
STABLE_NAMES = ("stable", "oldstable")


class FetchError(Exception):
    """Something that the user can act on; the message says what."""


def cache_dir():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "quern"


def run(cmd, what, **kwargs):
    """Run a command quietly; on failure raise with the end of what it said."""
    done = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **kwargs)
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise FetchError(f"{what} failed:\n{tail}")
    return done.stdout


def host_codename():
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.split("=", 1)[1].strip('"')
    raise FetchError("/etc/os-release names no release; this script needs a Debian machine")


def signed_by(entry):
    """The Signed-By of a source entry that apt calls FILE:N (line, or stanza of a .sources)."""
    path, _, number = entry.rpartition(":")
    text = Path(path).read_text()
    if path.endswith(".sources"):
        stanzas = [s for s in re.split(r"\n\s*\n", text) if re.search(r"^URIs:", s, re.M | re.I)]
        found = re.search(r"^Signed-By:[ \t]*(\S+)", stanzas[int(number) - 1], re.M | re.I)
    else:
        found = re.search(r"signed-by=([^\s\]]+)", text.splitlines()[int(number) - 1])
    return found.group(1) if found and found.group(1).startswith("/") else None


def machine_sources():
    """(uri, release, keyring) of each source of this machine that carries the Debian release."""
    fields = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SOURCESENTRY)"
    out = run(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"],
              "reading apt's sources")
    releases = {name + suffix for name in (host_codename(), *STABLE_NAMES)
                for suffix in RELEASE_SUFFIXES}
    sources = []
    for line in out.splitlines():
        uri, release, component, entry = line.split("|")
        if release in releases and component == "main":
            sources.append((uri, release, signed_by(entry)))
    if not sources:
        raise FetchError(f"no apt source of this machine carries Debian {host_codename()} main; "
                         "add one below /etc/apt/sources.list.d")
    return sources


class AptRoot:
    """A private apt for one suite and architecture; suite None means the machine's release."""

    def __init__(self, suite=None, arch="arm64"):
        self.suite = suite or host_codename()
        self.arch = arch
        self.root = cache_dir() / "apt" / f"{self.suite}-{arch}"
        self.debs = self.root / "debs"
        self.env = dict(os.environ, APT_CONFIG=str(self.root / "apt.conf"), LC_ALL="C")

    def _source_lines(self):
        lines = []
        for uri, release, key in machine_sources():
            if self.suite != host_codename():
                if not release.endswith(("-updates", "-security")):
                    release = self.suite
                else:
                    continue
            options = f"arch={self.arch}" + (f" signed-by={key}" if key else "")
            lines.append(f"deb [{options}] {uri} {release} main")
        return sorted(set(lines))

    def _configure(self):
        for sub in ("lists/partial", "archives/partial", "debs", "etc"):
            (self.root / sub).mkdir(parents=True, exist_ok=True)
        (self.root / "status").touch()
        (self.root / "etc/sources.list").write_text("\n".join(self._source_lines()) + "\n")
        dump = run(["apt-config", "dump"], "reading apt's configuration")
        kept = [line for line in dump.splitlines() if line.startswith("Acquire::")]
        own = {
            "APT::Architecture": self.arch, "APT::Architectures": self.arch,
            "APT::Sandbox::User": "root", "APT::Get::List-Cleanup": "false",
            "Dir::State": self.root, "Dir::State::status": self.root / "status",
            "Dir::State::lists": self.root / "lists", "Dir::Cache": self.root,
            "Dir::Etc": self.root / "etc", "Dir::Etc::parts": "/dev/null",
            "Dir::Etc::main": "/dev/null", "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::Etc::netrc": "/etc/apt/auth.conf", "Dir::Etc::netrcparts": "/etc/apt/auth.conf.d",
            "Dir::Etc::trusted": "/etc/apt/trusted.gpg",
            "Dir::Etc::trustedparts": "/etc/apt/trusted.gpg.d",
        }
        kept += [f'{key} "{value}";' for key, value in own.items()]
        (self.root / "apt.conf").write_text("\n".join(kept) + "\n")

    def update(self):
        """Fetch the package lists unless they are here."""
        stamp = self.root / "updated"
        if stamp.exists():
            return
        self._configure()
        run(["apt-get", "update", "-q", "--error-on=any"],
            f"apt-get update for {self.suite} {self.arch}", env=self.env)
        stamp.touch()

    def forget(self):
        """Make the next update() ask the mirror again."""
        (self.root / "updated").unlink(missing_ok=True)

    def depends(self, package):
        """Names of the packages that PACKAGE depends on directly, without virtual ones."""
        out = run(["apt-cache", "depends", "--no-recommends", "--no-suggests", "--no-breaks",
                   "--no-conflicts", "--no-replaces", "--no-enhances", package],
                  f"reading the dependencies of {package}", env=self.env)
        names = re.findall(r"^\s*\|?\s*(?:Pre)?Depends: ([^<\s]+)$", out, re.M)
        return [name.split(":")[0] for name in names]

    def download(self, package):
        """The path of PACKAGE's .deb, fetched if it is not in the cache."""
        known = sorted(self.debs.glob(f"{package}_*.deb"), key=lambda p: p.stat().st_mtime)
        if known:
            return known[-1]
        self.update()
        print(f"  fetching {package} ({self.suite}, {self.arch})", file=sys.stderr, flush=True)
        run(["apt-get", "download", "-q", package], f"fetching {package}", env=self.env,
            cwd=self.debs)
        return sorted(self.debs.glob(f"{package}_*.deb"))[-1]


def extract(deb, patterns, dest):
    """Write the regular files of a .deb whose path matches one of PATTERNS to DEST/basename."""
    wanted = [re.compile(p) for p in patterns]
    found = []
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)],
                          stdout=subprocess.PIPE) as proc:
        with tarfile.open(fileobj=proc.stdout, mode="r|") as tar:
            for member in tar:
                name = member.name.lstrip("./")
                if member.isfile() and any(p.fullmatch(name) for p in wanted):
                    target = Path(dest) / Path(name).name
                    with open(target, "wb") as out:
                        shutil.copyfileobj(tar.extractfile(member), out)
                    os.chmod(target, member.mode & 0o777)
                    found.append(target)
    if proc.returncode:
        raise FetchError(f"dpkg-deb could not read {deb}")
    return found


def unpack(root, package):
    """The directory with the files of PACKAGE, unpacked once."""
    dest = cache_dir() / "guest" / root.suite / "packages" / f"{package}-{root.arch}"
    if dest.exists():
        return dest
    deb = root.download(package)
    partial = dest.with_name(dest.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    run(["dpkg-deb", "--extract", str(deb), str(partial)], f"unpacking {deb}")
    partial.rename(dest)
    return dest


def unpack_closure(root, packages, skip=()):
    """Directories of PACKAGES and of all that they depend on, but for what SKIP names."""
    listing = cache_dir() / "guest" / root.suite / "packages" / \
        f"closure-{root.arch}-{'+'.join(packages)}"
    if listing.exists():
        names = listing.read_text().split()
    else:
        root.update()
        names, queue = [], list(packages)
        while queue:
            name = queue.pop(0)
            if name not in names and name not in skip:
                names.append(name)
                queue += root.depends(name)
    folders = [unpack(root, name) for name in names]
    listing.write_text("\n".join(names) + "\n")
    return folders


def closure_files(roots, left_out=()):
    """guest path -> host path of all that is below ROOTS, without the directories LEFT_OUT."""
    files = {}
    for root in roots:
        for folder, below_it, names in os.walk(root):
            below = Path(folder).relative_to(root).as_posix()
            if any(below == out or below.startswith(out + "/") for out in left_out):
                continue
            for name in names + below_it:
                path = Path(folder, name)
                if path.is_symlink() or stat.S_ISREG(path.lstat().st_mode):
                    files[f"{below}/{name}"] = path
    return files
