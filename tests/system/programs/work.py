# SPDX-License-Identifier: MIT
"""work.py SCALE: a good part of Python's library at work; the same text on every machine.

What libm computes is left out but for what IEEE 754 defines (sqrt, fmod, rounding), and so is the
sign of a NaN, which differs between architectures.
"""

import ast
import asyncio
import base64
import binascii
import bisect
import bz2
import collections
import csv
import ctypes
import datetime
import decimal
import difflib
import fractions
import functools
import hashlib
import heapq
import hmac
import html
import io
import itertools
import json
import lzma
import math
import operator
import os
import pickle
import queue
import random
import re
import sqlite3
import statistics
import string
import struct
import sys
import tempfile
import textwrap
import threading
import unicodedata
import uuid
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from array import array

SCALE = int(sys.argv[1])
rng = random.Random(20261121)


def show(name, *values):
    text = " ".join(map(str, values))
    if len(text) > 120:
        text = f"{text[:60]}... {len(text)} {hashlib.sha256(text.encode()).hexdigest()}"
    print(f"{name}: {text}", flush=True)


def digest(items):
    total = hashlib.sha256()
    for item in items:
        total.update(item if isinstance(item, bytes) else str(item).encode())
        total.update(b"\n")
    return total.hexdigest()


def doubles(count):
    """Bit patterns that are numbers: of all sizes, small integers, decimal fractions."""
    for i in range(count):
        kind = i % 4
        if kind == 0:
            value = struct.unpack("<d", rng.randbytes(8))[0]
            if math.isnan(value):
                value = float("inf")
        elif kind == 1:
            value = rng.randrange(-10**6, 10**6) / 1000
        elif kind == 2:
            value = math.ldexp(rng.getrandbits(53), rng.randrange(-1120, 960))
        else:
            value = float(rng.randrange(10**18))
        yield value


def hashing():
    data = rng.randbytes(20_000 * SCALE + 77)
    for name in sorted(hashlib.algorithms_guaranteed):
        made = hashlib.new(name, data, usedforsecurity=False)
        made.update(data[:1000])
        show(name, made.hexdigest(20) if name.startswith("shake") else made.hexdigest())
    show("hmac", hmac.new(b"key", data, "sha384").hexdigest())
    show("pbkdf2", hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 200 * SCALE).hex())
    show("scrypt", hashlib.scrypt(b"pw", salt=b"salt", n=256, r=8, p=1).hex())
    show("blake2", hashlib.blake2b(data, key=b"k", digest_size=33, salt=b"s").hexdigest())
    show("crc", zlib.crc32(data), zlib.adler32(data), binascii.crc_hqx(data, 7))


def compression():
    words = [b"the", b"quick", b"brown", b"fox", b"%d" % SCALE]
    text = b" ".join(rng.choice(words) + b"%d" % rng.randrange(50) for _ in range(6000 * SCALE))
    for level in (1, 6, 9):
        packed = zlib.compress(text, level)
        show(f"zlib {level}", len(packed), digest([packed]), zlib.decompress(packed) == text)
    packed = bz2.compress(text)
    show("bz2", len(packed), digest([packed]), bz2.decompress(packed) == text)
    for preset in (0, 4):
        packed = lzma.compress(text, preset=preset)
        show(f"lzma {preset}", len(packed), digest([packed]), lzma.decompress(packed) == text)
    noise = rng.randbytes(30_000)
    show("stored", digest([zlib.compress(noise), lzma.compress(noise, preset=1)]))
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for i in range(5):
                archive.writestr(zipfile.ZipInfo(f"f{i}"), text[i * 100:i * 2000])
        archive = zipfile.ZipFile(file)
        show("zip", archive.testzip(), [(i.filename, i.CRC) for i in archive.infolist()])


def floats():
    values = list(doubles(4000 * SCALE))
    show("repr", digest(map(repr, values)))
    show("hex", digest(v.hex() for v in values))
    show("parse", all(float(repr(v)) == v for v in values))
    formats = ("%.17g", "%.3e", "%g", "%.0f", "%a")
    show("format", digest(f % v for v in values[:1500] for f in formats[:4]))
    finite = [v for v in values if math.isfinite(v)]
    show("sqrt", digest(math.sqrt(abs(v)).hex() for v in finite))
    pairs = list(zip(finite, finite[1:]))
    show("arithmetic", digest(r.hex() for a, b in pairs for r in (a + b, a - b, a * b)
                              if r == r))
    show("quotients", digest((a / b).hex() for a, b in pairs if b))
    show("fmod", digest(math.fmod(a, b).hex() for a, b in pairs if b))
    show("remainder", digest(math.remainder(a, b).hex() for a, b in pairs if b))
    show("frexp", digest(math.frexp(a) for a in finite))
    small = [v for v in finite if abs(v) < 1e15]
    show("rounding", digest((math.floor(v), math.ceil(v), math.trunc(v), round(v), round(v, 2))
                            for v in small))
    show("integers", digest(int(v) for v in finite))
    show("compare", digest((a < b, a <= b, a == b, a > b) for a, b in pairs))
    show("fsum", math.fsum(small).hex(), sum(small).hex())
    show("ratio", digest(v.as_integer_ratio() for v in finite[:500]))
    show("next", digest(math.nextafter(v, 0).hex() + math.ulp(v).hex() for v in finite[:500]))
    singles = array("f", (v for v in finite if abs(v) < 1e38))
    show("singles", digest([singles.tobytes()]))
    halves = [v for v in finite if abs(v) < 65000]
    show("halves", digest(struct.pack("<e", v) for v in halves))


def big_integers():
    a, b = rng.getrandbits(9000 * SCALE), rng.getrandbits(4000 * SCALE)
    show("product", digest([hex(a * b), hex(a * a)]))
    show("division", digest([hex(a // b), hex(a % b), hex(-a // b), hex(-a % b)]))
    show("power", digest([hex(pow(b, 65537, a | 1))]), pow(3, 10**5, 10**30))
    show("inverse", digest([hex(pow(b | 1, -1, 2**4000))]))
    show("decimal digits", digest([str(a % 10**4000)]))
    show("gcd", digest([hex(math.gcd(a * 30, b * 42)), hex(math.isqrt(a))]))
    show("bits", a.bit_length(), a.bit_count(),
         digest(map(hex, (a ^ b, a & b, a | b, a >> 777, a << 33))))
    show("factorial", digest([math.factorial(900)]), math.comb(500, 77) % 10**40)
    small = [rng.randrange(-2**63, 2**63) for _ in range(3000)]
    show("words", digest((x // (y or 1), x % (y or 1), x * y, x ^ y)
                         for x, y in zip(small, small[1:])))


def decimals():
    with decimal.localcontext() as context:
        for precision in (9, 28, 300):
            context.prec = precision
            two = decimal.Decimal(2)
            show(f"decimal {precision}", two.sqrt(), two.ln(), (1 / two).exp(), two / 7)
        context.prec = 50
        total = decimal.Decimal(0)
        for i in range(1, 1500 * SCALE):
            total += decimal.Decimal(i) / (i * i + 1)
        show("decimal sum", total)
        for mode in (decimal.ROUND_HALF_EVEN, decimal.ROUND_UP, decimal.ROUND_FLOOR):
            show(mode, decimal.Decimal("-2.675").quantize(decimal.Decimal("0.01"), mode))
    total = sum(fractions.Fraction(1, i) for i in range(1, 300))
    show("fractions", total)
    data = [rng.randrange(10**6) for _ in range(999)]
    show("statistics", statistics.mean(data), statistics.median(data), statistics.pvariance(data))


def texts():
    alphabet = string.ascii_lowercase + "äöüßéñ ΑΒΓΔ 漢字かな \U0001f600"
    text = "".join(rng.choice(alphabet) for _ in range(20_000 * SCALE))
    show("case", digest([text.upper(), text.title(), text.casefold(), text.swapcase()]))
    for codec in ("utf-8", "utf-16-le", "utf-32-be", "utf-7", "unicode_escape"):
        show(codec, digest([text.encode(codec)]), text.encode(codec).decode(codec) == text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        show(form, digest([unicodedata.normalize(form, text)]))
    everything = [chr(c) for c in range(0x3000 * SCALE) if not 0xD800 <= c < 0xE000]
    show("database", digest(unicodedata.name(c, "") + unicodedata.category(c) for c in everything))
    show("words", collections.Counter(text.split()).most_common(3))
    found = re.findall(r"(?P<a>[a-m]+)([n-z]+?)(?=[^a-z])|(ß\w)", text)
    show("re", len(found), digest(found))
    show("sub", digest([re.sub(r"(\w)(\w)\1", lambda m: m[2].upper(), text)]))
    show("split", digest(re.split(r"[\s,;]+|(?<=z)a", text)))
    show("backtrack", bool(re.fullmatch(r"(a|aa)+b", "a" * 20 + "b")),
         bool(re.fullmatch(r"(a|b|ab)*c", "ab" * 6)))
    show("translate", digest([text.translate(str.maketrans("abc", "xyz", "d"))]))
    show("wrap", digest(textwrap.wrap(text[:5000], 61)), digest([html.escape(text)]))
    lines = [" ".join(rng.choices("abcdefg", k=5)) for _ in range(60)]
    show("diff", digest(difflib.unified_diff(lines, sorted(lines), lineterm="")))
    show("base64", digest([base64.b64encode(text.encode()), base64.b85encode(text.encode()[:400]),
                           base64.b32encode(text.encode()), binascii.hexlify(text.encode())]))


def records():
    made = [{"id": i, "x": rng.random(), "s": chr(0x100 + i % 500) * (i % 9), "n": None,
             "l": [i % 3 == 0, -i, i * 1e10]} for i in range(800 * SCALE)]
    text = json.dumps(made, sort_keys=True)
    show("json", digest([text]), json.loads(text) == made)
    show("json pretty", digest([json.dumps(made, indent=1, ensure_ascii=False)]))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        packed = pickle.dumps(made, protocol)
        show(f"pickle {protocol}", len(packed), pickle.loads(packed) == made)
    show("pickle bytes", digest([pickle.dumps(made, 2)]))
    file = io.StringIO()
    csv.writer(file).writerows([r["id"], r["x"], r["s"]] for r in made)
    show("csv", digest([file.getvalue()]), len(list(csv.reader(io.StringIO(file.getvalue())))))
    packing = struct.Struct("<bHiQfd5s?")
    show("struct", digest(packing.pack(i % 128 - 64, i & 0xFFFF, -i, i**5, i / 3, i / 7, b"abcde",
                                       i & 1) for i in range(2000)))
    root = ElementTree.Element("root")
    for record in made[:300]:
        ElementTree.SubElement(root, "r", id=str(record["id"])).text = record["s"] + "<&>"
    xml = ElementTree.tostring(root, encoding="unicode")
    show("xml", digest([xml]), len(ElementTree.fromstring(xml).findall("./r[@id='7']")))
    show("uuid", uuid.uuid5(uuid.NAMESPACE_DNS, "quern"), uuid.uuid3(uuid.NAMESPACE_URL, "x"))


def algorithms():
    numbers = [rng.randrange(10**9) for _ in range(20_000 * SCALE)]
    ordered = sorted(numbers)
    show("sort", digest(ordered), digest(sorted(numbers, key=lambda n: (n % 97, -n))))
    heap = numbers[:5000]
    heapq.heapify(heap)
    show("heap", digest(heapq.heappop(heap) for _ in range(2000)), heapq.nlargest(3, numbers))
    show("bisect", digest(bisect.bisect(ordered, n) for n in numbers[:3000]))
    show("random", rng.random(), rng.sample(range(1000), 5), rng.getrandbits(100))
    shuffled = numbers[:]
    rng.shuffle(shuffled)
    show("shuffle", digest(shuffled))
    show("permutations", digest(itertools.permutations(range(7))))
    show("accumulate", digest(itertools.accumulate(numbers, operator.xor)))
    sieve = bytearray([1]) * (50_000 * SCALE)
    for i in range(2, math.isqrt(len(sieve)) + 1):
        if sieve[i]:
            sieve[i * i::i] = bytes(len(range(i * i, len(sieve), i)))
    show("primes", sum(sieve) - 2, digest([sieve]))

    @functools.lru_cache(None)
    def partitions(n, k):
        return 1 if n == 0 else sum(partitions(n - i, i) for i in range(1, min(n, k) + 1))
    show("partitions", partitions(90, 90))
    table = collections.OrderedDict((n % 1009, n) for n in numbers)
    show("dictionary", digest(table.items()), digest(sorted({n % 5003 for n in numbers})))

    def queens(n, row=0, columns=0, left=0, right=0):
        if row == n:
            return 1
        free = (1 << n) - 1 & ~(columns | left | right)
        count = 0
        while free:
            bit = free & -free
            free ^= bit
            count += queens(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)
        return count
    show("queens", queens(7))


def compiler():
    source = "\n".join(f"def f{i}(a, b={i}):\n  return [x*{i} for x in range(a) if x % (b+1)] "
                       "or b" for i in range(150))
    space = {}
    exec(compile(source, "made", "exec"), space)
    show("compile", digest(space[f"f{i}"](i % 20) for i in range(150)))
    show("ast", digest([ast.dump(ast.parse(source))]),
        ast.unparse(ast.parse("(a+b)*c if d else-e")))

    class Node:
        def __init__(self, key):
            self.key, self.left, self.right = key, None, None

    def insert(node, key):
        if node is None:
            return Node(key)
        side = "left" if key < node.key else "right"
        setattr(node, side, insert(getattr(node, side), key))
        return node

    def walk(node):
        if node:
            yield from walk(node.left)
            yield node.key
            yield from walk(node.right)
    root = None
    for _ in range(1500):
        root = insert(root, rng.randrange(10**6))
    show("tree", digest(walk(root)))

    def fail(depth):
        try:
            if depth == 0:
                raise KeyError(depth)
            fail(depth - 1)
        except KeyError as err:
            raise ValueError(depth) from err
    try:
        fail(50)
    except ValueError as err:
        chain = 0
        while err:
            chain, err = chain + 1, err.__cause__ or err.__context__
        show("exceptions", chain)
    day = datetime.datetime(1999, 12, 31, 23, 59, 59) + datetime.timedelta(days=60, seconds=2)
    show("dates", day.isoformat(), day.strftime("%A %j %U"), (day - datetime.datetime(1970, 1, 1)))


def concurrency():
    jobs, done = queue.Queue(), queue.Queue()

    def worker():
        while (job := jobs.get()) is not None:
            done.put((job, hashlib.md5(b"%d" % job * 3000).hexdigest()))
    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for job in [*range(200), *[None] * 4]:
        jobs.put(job)
    for thread in threads:
        thread.join()
    show("threads", digest(sorted(done.get() for _ in range(200))))
    counter, lock = [0], threading.Lock()

    def count():
        for _ in range(2000):
            with lock:
                counter[0] += 1
    threads = [threading.Thread(target=count) for _ in range(3)]
    any(thread.start() for thread in threads)
    any(thread.join() for thread in threads)
    show("lock", counter[0])
    total = 0
    for i in range(5):
        back, forth = os.pipe()
        if os.fork() == 0:
            os.write(forth, struct.pack("<Q", sum(range(i * 1000))))
            os._exit(i)
        total += struct.unpack("<Q", os.read(back, 8))[0] + os.waitstatus_to_exitcode(os.wait()[1])
        os.close(back)
        os.close(forth)
    show("fork", total)

    async def ping(name, count):
        for i in range(count):
            await asyncio.sleep(0)
        return name * count

    async def everything():
        return await asyncio.gather(*(ping(chr(97 + i), i * 3) for i in range(20)))
    show("asyncio", digest(asyncio.run(everything())))


def files():
    with tempfile.TemporaryFile() as file:
        for i in range(300):
            file.seek(rng.randrange(100_000))
            file.write(rng.randbytes(500))
        file.seek(0)
        show("file", digest([file.read()]))
    base = sqlite3.connect(":memory:")
    base.execute("create table t(a integer, b text)")
    base.executemany("insert into t values(?, ?)",
                     ((i * 7919 % 1009, "x" * (i % 5)) for i in range(2000)))
    show("sqlite3", digest(base.execute("select b, sum(a), count(*) from t group by b order by b")))
    libc = ctypes.CDLL(None)
    libc.strtoull.restype = ctypes.c_ulonglong
    pointer = ctypes.POINTER(ctypes.c_int)
    compare = ctypes.CFUNCTYPE(ctypes.c_int, pointer, pointer)
    numbers = (ctypes.c_int * 500)(*(rng.randrange(-10**9, 10**9) for _ in range(500)))
    libc.qsort(numbers, 500, 4, compare(lambda a, b: (a[0] > b[0]) - (a[0] < b[0])))
    show("ctypes", digest(numbers), libc.strtoull(b"18446744073709551615", None, 10))


for part in (hashing, compression, floats, big_integers, decimals, texts, records, algorithms,
             compiler, concurrency, files):
    print(f"== {part.__name__}", flush=True)
    part()
