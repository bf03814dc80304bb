# SPDX-License-Identifier: MIT
"""Real programs of the guest, from Debian's arm64 packages, and the work that each is given."""

from pathlib import Path

from guestlib import AptRoot, closure_files, unpack_closure

PACKAGES = ("7zip", "gzip", "xz-utils", "python3.11-minimal", "lua5.4", "sqlite3", "openssl",
            "libpython3.11-stdlib")
SKIP = ("dpkg", "debconf", "perl-base", "tar", "media-types", "sensible-utils")
# The guest has no use for what these carry.
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info",
            "usr/lib/locale", "usr/share/zoneinfo", "usr/share/perl",
            "usr/lib/aarch64-linux-gnu/perl", "usr/lib/aarch64-linux-gnu/gconv",
            "usr/share/lintian", "etc", "var", "boot", "usr/lib/python3.11/test",
            "usr/lib/python3.11/idlelib")

PYTHON = """
import hashlib, json, re
words = {}
text = ' '.join(str(i * i % 9973) for i in range(30000))
for w in re.findall(r'\\d+', text):
    words[w] = words.get(w, 0) + 1
class P:
    def __init__(s, x): s.x = x
    def step(s): s.x = s.x * 3 % 10007; return s.x
ps = [P(i) for i in range(200)]
print(sum(p.step() for k in range(100) for p in ps), len(json.loads(json.dumps(words))))
print(hashlib.sha256(text.encode()).hexdigest(), sorted(words.items())[:3])
"""

LUA = """
local t, s = {}, 0
for i = 1, 200000 do t[i % 1000] = (t[i % 1000] or 0) + i; s = (s * 31 + t[i % 1000]) % 1000003 end
local parts = {}
for i = 1, 20000 do parts[#parts + 1] = string.format('%d:%s', i, ('x'):rep(i % 7)) end
local joined = table.concat(parts, ',')
local n = 0
for w in joined:gmatch('%d+:x*') do n = n + #w end
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(s, n, fib(24))
"""

SQL = """
create table t(a integer primary key, b text, c real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
insert into t select i, 'row ' || (i * 7919 % 10007), i * 0.25 from n;
create index tb on t(b);
select count(*), sum(c), max(b) from t where b like 'row 9%';
select b, count(*), avg(c) from t group by b order by 2 desc, 1 limit 5;
update t set c = c * 2 where a % 3 = 0;
select sum(c) from t;
"""

# Text that compresses as text does, made by the guest itself.
TEXT = "seq 1 150000 | awk '{ print $1 * 7919 % 10007, \"the quick brown fox\", $1 }' > /tmp/text"

PROGRAMS = {
    "7zip": "cd /tmp && rm -f a.7z && 7zz a -mx3 -mmt1 a.7z text | grep -c Everything; "
            "7zz t a.7z | grep -c Everything",
    "gzip": "/bin/gzip -6 </tmp/text >/tmp/text.gz; /bin/gzip -d </tmp/text.gz | md5sum",
    "xz": "/usr/bin/xz -1 -T1 </tmp/text >/tmp/text.xz; /usr/bin/xz -d </tmp/text.xz | md5sum",
    "python3": "python3.11 -I /root/bench.py",
    "lua": "lua5.4 /root/bench.lua",
    "sqlite3": "sqlite3 :memory: </root/bench.sql",
    "openssl": "for m in sha256 sha1 md5 sha512; do openssl dgst -$m /tmp/text /tmp/text; done; "
               "for c in aes-128-ctr chacha20; do openssl enc -$c -K 00 -iv 00 -in /tmp/text "
               "2>/dev/null | openssl dgst -sha256; done",
    "shell": "i=0; while [ $i -lt 40 ]; do echo $i | sed s/1/x/ | grep -c x; i=$((i+1)); done",
}


def program_files(scratch):
    """The initramfs files of PROGRAMS; SCRATCH is a directory for what is made on the way."""
    files = closure_files(unpack_closure(AptRoot(), PACKAGES, skip=SKIP), LEFT_OUT)
    for name, text in (("bench.py", PYTHON), ("bench.lua", LUA), ("bench.sql", SQL)):
        path = Path(scratch, name)
        path.write_text(text)
        files[f"root/{name}"] = path
    return files
