# SPDX-License-Identifier: MIT
"""Debian's arm64 programs in an initramfs, the work they are given, and what the same programs
make of it on this machine."""

import base64
import gzip
import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

from machine import TOP

sys.path.insert(0, str(TOP / "scripts"))

from guestlib import AptRoot, closure_files, unpack_closure  # noqa: E402

PROGRAMS = TOP / "tests/system/programs"
PACKAGES = ("python3.11-minimal", "libpython3.11-stdlib", "perl", "perl-base", "openssl", "sqlite3",
            "xz-utils", "gzip", "bzip2", "gawk", "lua5.4")
SKIP = ("dpkg", "debconf", "tar", "media-types", "mailcap", "mime-support", "sensible-utils",
        "install-info", "readline-common")
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info",
            "usr/lib/locale", "usr/share/zoneinfo", "usr/share/lintian", "etc", "var", "boot",
            "usr/lib/python3.11/test", "usr/lib/python3.11/idlelib", "usr/share/perl/5.36.0/pod",
            "usr/share/perl/5.36.0/Unicode/Collate", "usr/share/perl/5.36.0/unicore/lib",
            "usr/lib/aarch64-linux-gnu/gconv")

# Name -> shell command. %d is the amount of work: 1 for seconds of the guest's time, 4 in full.
PIECES = {
    "python": "PYTHONHASHSEED=0 python3.11 -I programs/work.py %d",
    "perl": "perl programs/work.pl %d",
    "lua": "lua5.4 programs/work.lua %d",
    "gawk": "gawk -v scale=%d -f programs/work.awk",
    "sqlite": "rm -f /tmp/base; sqlite3 -bail /tmp/base <work.sql; sqlite3 /tmp/base "
              "'select a, b, c * 4 | 0, d, quote(e) from t left join u using(a)' .schema | md5sum",
    "xz": "x=/usr/bin/xz; $x -1 -T1 <data | sha256sum; $x -3e -T1 --format=lzma <data | sha256sum; "
          "$x -T1 --x86 --delta --lzma2=preset=1 <data | sha256sum; $x -dc data.xz | sha256sum; "
          "$x -1 -T4 --block-size=300000 <data | $x -dc | cmp - data && echo same; "
          "head -c 100000 data.xz | $x -dc 2>/dev/null | sha256sum; $x -t data.xz && $x -l data.xz",
    "gzip": "for l in 1 6 9; do /bin/gzip -n -$l <data | sha256sum; done; "
            "/bin/gzip -dc data.gz | sha256sum; /bin/bzip2 -c data | sha256sum; "
            "/bin/bzip2 -c data | /bin/bzip2 -dc | cmp - data && echo same",
    "ciphers": "python3.11 -I programs/ciphers.py 0 1 16 65 1000",
    "keys": "sh programs/keys.sh",
}
# More lengths: whole blocks of every kind of loop, and their neighbours.
ALL_LENGTHS = "0 1 15 16 17 31 32 33 48 63 64 65 127 128 129 255 256 257 1000 4096 20000"
ENVIRONMENT = "export LC_ALL=C TZ=UTC OPENSSL_CONF=/dev/null PATH=/usr/bin:/bin"


def piece_command(name, scale=1):
    command = PIECES[name]
    if name == "ciphers" and scale > 1:
        return f"python3.11 -I programs/ciphers.py {ALL_LENGTHS}"
    return command % scale if "%d" in command else command


def write_data(folder):
    """2 MiB that compresses by half or so, and the host's packing of it."""
    rng = random.Random(20261121)
    words = [rng.randbytes(rng.randrange(3, 12)).hex().encode() for _ in range(3000)]
    parts = []
    while len(parts) < 2000:
        kind = rng.random()
        if kind < 0.2:
            parts.append(rng.randbytes(900))
        elif kind < 0.3:
            parts.append(bytes([rng.randrange(256)]) * 900)
        else:
            parts.append(b" ".join(rng.choices(words, k=60)))
    data = b"".join(parts)
    (folder / "data").write_bytes(data)
    (folder / "data.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    with open(folder / "data.xz", "wb") as out:
        subprocess.run(["xz", "-6", "-T1", "-c", folder / "data"], stdout=out, check=True)


def write_sql(path):
    """A few hundred statements over generated data. Reals are quarters: sums are exact."""
    rng = random.Random(7)
    lines = ["pragma journal_mode=wal;",
             "create table t(a integer primary key, b text, c real, d integer);",
             "create table u(a integer references t(a), e text collate nocase);",
             "with recursive n(i) as (select 1 union all select i + 1 from n where i < 8000)\n"
             "insert into t select i, 'row ' || (i * 7919 % 10007), i * 0.25, i * i % 997 from n;",
             "create index tb on t(b);", "create index td on t(d, c);",
             "create view v as select d, count(*) n, sum(c) s from t group by d;",
             "create trigger g after update of c on t begin insert into u values(new.a, 'u'); end;",
             "begin;"]
    for i in range(300):
        x, y = rng.randrange(8000), rng.randrange(1, 997)
        lines.append(rng.choice((
            f"select count(*), sum(c), max(b), min(d) from t where a between {x} and {x + y};",
            f"select b, total(c) from t where b like 'row {y % 90}%' group by 1 order by 2 desc, 1 "
            "limit 3;",
            f"update t set c = c + {y} * 0.25, d = (d * {y}) % 997 where a % {y} = {x % y};",
            f"delete from t where a = {x};",
            f"insert or replace into t values({x}, printf('%05d-%x-%e', {x}, {y}, {y / 4}), "
            f"{y / 4}, {y});",
            f"select x.d, count(*) from t x join t y on x.d = y.a where y.d < {y} group by 1 "
            "order by 2 desc, 1 limit 2;",
            "select a, sum(d) over (order by a rows 5 preceding), rank() over (order by d, a) "
            f"from t where a > {x} limit 4;",
            f"select hex(substr(b, 2, {y % 7})), upper(b), length(b), instr(b, '{y % 10}'), "
            f"a << {y % 40}, ~a, a % {y}, -a / {y}, round(c, 1), typeof(c) from t "
            f"where a >= {x} limit 2;",
            "select group_concat(d, '-') from (select distinct d from t "
            f"where d < {y % 40} order by d);",
            f"select json_extract('{{\"k\": [{x}, {{\"z\": {y}}}]}}', '$.k[1].z'), "
            f"date({x} * 86400, 'unixepoch'), strftime('%j %W', {x} * 100000, 'unixepoch');",
            f"select * from v where n > {y % 12} order by s desc, d limit 3;")))
    lines += ["commit;", "pragma integrity_check;", "vacuum;", "analyze;",
              "pragma integrity_check;", "select count(*) from u;",
              "select count(*), sum(c), sum(d), count(distinct b) from t;"]
    path.write_text("\n".join(lines) + "\n")


EC_KEYS = {"p224": "secp224r1", "p256": "prime256v1", "p384": "secp384r1", "p521": "secp521r1",
           "secp256k1": "secp256k1", "brainpool": "brainpoolP256r1"}


def write_keys(folder):
    """Keys of all kinds, peers to derive with, signatures to verify, a certificate."""
    folder.mkdir()

    def openssl(*words):
        subprocess.run(["openssl", *map(str, words)], cwd=folder, check=True, capture_output=True)

    def make(name, *options):
        openssl("genpkey", *options, "-out", f"{name}.pem")
        openssl("pkey", "-in", f"{name}.pem", "-pubout", "-out", f"{name}.pub")

    make("rsa", "-algorithm", "RSA")
    make("rsa3072", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072")
    openssl("genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024",
            "-out", "dsa.param")
    make("dsa", "-paramfile", "dsa.param")
    for end in ("", "-peer"):
        for name, curve in EC_KEYS.items():
            make(name + end, "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")
        for name in ("x25519", "x448", "ed25519", "ed448"):
            make(name + end, "-algorithm", name)
        make("dh" + end, "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048")
    for name in (*EC_KEYS, "dsa"):
        openssl("dgst", "-sha256", "-sign", f"{name}.pem", "-out", f"{name}.sig",
                PROGRAMS / "work.py")
    openssl("req", "-x509", "-key", "p256.pem", "-subj", "/CN=quern", "-days", "20000",
            "-out", "ca.crt")
    (folder / "keys.txt").write_text("something else\n")


class Work:
    """The files of the work in a directory, an initramfs with them and the programs."""

    def __init__(self, folder):
        self.folder = Path(folder)
        write_data(self.folder)
        write_sql(self.folder / "work.sql")
        write_keys(self.folder / "keys")
        (self.folder / "programs").symlink_to(PROGRAMS)
        self.results = {}

    def make_initrd(self, busybox, packages=PACKAGES):
        files = closure_files(unpack_closure(AptRoot(), packages, skip=SKIP), LEFT_OUT)
        for below in (".", "keys", "programs"):
            for path in (self.folder / below).iterdir():
                if path.is_file():
                    files[f"work/{below}/{path.name}"] = path
        target = self.folder / f"initrd-{len(packages)}.gz"
        subprocess.run([TOP / "scripts/mkinitramfs", "-o", target, "--busybox", busybox,
                        "--level", "1", *(f"--file={path}:{name}" for name, path in files.items())],
                       check=True)
        return str(target)

    def on_host(self, name, scale=1):
        """What the piece NAME prints here."""
        key = name, scale
        if key not in self.results:
            command = f"{ENVIRONMENT}; {piece_command(name, scale)}"
            done = subprocess.run(["sh", "-c", command], cwd=self.folder, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, text=True, errors="replace", check=True,
                                  env=dict(os.environ), timeout=600)
            self.results[key] = done.stdout
        return self.results[key]

    def compare(self, machine, name, scale=1, seconds=600):
        """Run it in the guest as well; the lines that differ."""
        command = piece_command(name, scale)
        status, said = machine.run(f"(cd /work; {ENVIRONMENT}; {command}) >/tmp/out 2>/tmp/err; "
                                   "tail -n 5 /tmp/err; sha256sum /tmp/out", seconds)
        host = self.on_host(name, scale)
        if status == 0 and hashlib.sha256(host.encode()).hexdigest() in said:
            return []
        packed = machine.check("gzip -c /tmp/out | base64", 120)
        guest = gzip.decompress(base64.b64decode(packed)).decode("utf-8", "replace")
        return differences(host, guest) + said.splitlines()[:-1]


def differences(host, guest):
    """Lines that only one of the two outputs has."""
    ours, theirs = host.splitlines(), guest.splitlines()
    only = [f"host:  {line}" for line in ours if line not in theirs]
    only += [f"guest: {line}" for line in theirs if line not in ours]
    return only or ["the same lines in other order"]
