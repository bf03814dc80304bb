# SPDX-License-Identifier: MIT
"""The gdb stub, by its protocol: what bare/debug.S does under steps, breakpoints, watchpoints."""

import re
import shutil

import pytest

from machine import quern_binary
from rsp import Rsp
from test_bare import BASE, make_elf

REFERENCE = "qemu-system-aarch64"
COUNTER = BASE + 0x1000
LOOP, SVC, BUMP, HANDLER = BASE + 0x2C, BASE + 0x40, BASE + 0x4C, BASE + 0xA00
LOAD, STORE = BUMP + 8, BUMP + 16

pytestmark = pytest.mark.smoke


@pytest.fixture
def debug_args(tmp_path):
    elf = make_elf("debug", tmp_path / "debug.elf")
    return ["-M", "virt", "-cpu", "cortex-a57", "-m", "128M", "-display", "none", "-serial",
            "null", "-monitor", "none", "-S", "-kernel", elf]


@pytest.fixture
def gdb(debug_args):
    with Rsp.spawn(quern_binary(), *debug_args) as rsp:
        yield rsp


def stop(reply):
    """A stop reply without the differences that do not matter: leading zeros."""
    return re.sub(r"(watch|thread):0*", r"\1:", reply)


def transcript(rsp):
    """Everything that two implementations have to agree on."""
    def at():
        said.append([f"{n:x}" for n in rsp.registers()])

    said = []
    features = rsp.ask("qXfer:features:read:target.xml:0,ffb")
    said.append("aarch64-core.xml" in features and "aarch64-fpu.xml" in features)
    rsp.ok("P21=c5030000")  # the flags are UNKNOWN after reset
    for _ in range(60):
        said.append(stop(rsp.ask("s")))
        at()
    for addr in (LOOP, SVC, BUMP, HANDLER, STORE):
        rsp.ok(f"Z0,{addr:x},4")
        said.append(stop(rsp.ask("c")))
        at()
        said.append(stop(rsp.ask("vCont;s:1")))
        at()
        rsp.ok(f"z0,{addr:x},4")
    said += [rsp.ask(f"p{n:x}") for n in (34, 35, 36)]  # v0 to v2
    for kind, addr, size in ((2, COUNTER, 8), (3, COUNTER, 8), (4, COUNTER, 8), (2, COUNTER, 1),
                             (2, COUNTER + 9, 1), (2, COUNTER + 16, 16), (2, COUNTER + 32, 8),
                             (3, COUNTER + 32, 8), (2, COUNTER + 48, 4), (3, COUNTER + 48, 4)):
        rsp.ok(f"Z{kind},{addr:x},{size:x}")
        said.append((kind, hex(addr), stop(rsp.ask("c"))))
        at()
        rsp.ok(f"z{kind},{addr:x},{size:x}")
        rsp.ask("s")
    said.append(rsp.memory(COUNTER, 64).hex())
    return said


def test_like_the_reference(debug_args):
    if not shutil.which(REFERENCE):
        pytest.skip(f"no {REFERENCE} to compare with")
    with Rsp.spawn(REFERENCE, *debug_args) as rsp:
        expected = transcript(rsp)
    for accel in ("tcg", "tcg,interp=on"):
        with Rsp.spawn(quern_binary(), *debug_args, "-accel", accel) as rsp:
            for n, (ours, theirs) in enumerate(zip(transcript(rsp), expected)):
                assert ours == theirs, f"{accel}, entry {n}"


def test_breakpoints_do_not_touch_memory(gdb):
    code = gdb.memory(BASE, 0x100)
    for addr in range(BASE, BASE + 0x100, 4):
        gdb.ok(f"Z{addr // 4 % 2},{addr:x},4")
    assert gdb.memory(BASE, 0x100) == code
    for _ in range(10):
        pc = gdb.pc()
        gdb.ok(f"z{pc // 4 % 2},{pc:x},4")
        assert gdb.ask("c").startswith("T05")
        assert gdb.pc() != pc
    gdb.ask("?")  # a new debugger asks, and finds none of the old breakpoints
    gdb.send_raw(gdb.packet("c"))
    assert gdb.receive_nothing()
    gdb.send_raw(b"\x03")
    assert gdb.receive().startswith("T02")


def test_write_registers_and_memory(gdb):
    gdb.ok("P5=8877665544332211")
    assert gdb.registers()[5] == 0x1122334455667788
    gdb.ok(f"P20={(BUMP).to_bytes(8, 'little').hex()}")
    assert gdb.pc() == BUMP
    gdb.ok("P22=" + "0123456789abcdef" * 2)
    assert gdb.ask("p22") == "0123456789abcdef" * 2
    gdb.ok("G" + "11" * 16)
    assert gdb.registers()[:3] == [0x1111111111111111] * 2 + [0]
    gdb.ok("P21=c5030070")  # ZCV
    assert gdb.registers()[33] == 0x700003C5
    gdb.ok("P21=cd030000")  # EL3 is not there: the level stays
    assert gdb.registers()[33] & 0xF == 5
    gdb.ok(f"M{COUNTER:x},4:01020304")
    data = b"}#$*\x00\xff" + bytes(range(250))
    gdb.ok(f"X{COUNTER + 4:x},{len(data):x}:".encode() + data)
    assert gdb.memory(COUNTER, 4 + len(data)) == b"\x01\x02\x03\x04" + data
    # Code that was translated already is replaced: bump becomes a return.
    gdb.ok("P20=" + BASE.to_bytes(8, "little").hex())
    gdb.ok(f"Z0,{SVC:x},4")
    assert gdb.ask("c").startswith("T05")
    gdb.ok(f"M{BUMP:x},4:c0035fd6")
    before = gdb.memory(COUNTER, 8)
    gdb.ok("P20=" + (LOOP - 0xC).to_bytes(8, "little").hex())
    assert gdb.ask("c").startswith("T05")
    assert gdb.memory(COUNTER, 8) == before


def test_errors(gdb):
    for packet, reply in {
            "m0,": "E22", "m": "E22", "m1ffffffffffffffff,4": "E22", "mfffffffffffffffe,8": "E14",
            "M0,4:00": "E22", "M40000000,ffffffffffffffff:00": "E22", "X40000000,5:1": "E22",
            "p": "E22", "pffffffffffffffff": "E22", "P0=00": "E22", "P0": "E22", "G0": "E22",
            "G00": "E22", "Z0,0": "E22", "Z2,0,0": "E22", "Z2,ffffffffffffffff,2": "E22",
            "Z5,0,4": "", "Hx1": "E22", "Hg9": "E22", "T9": "E22", "vCont": "E22", "vCont;": "E22",
            "vCont;x": "E22", "vCont;c:9": "E22", "vCont;s:1;": "E22", "cxyz": "E22",
            "qXfer:features:read:nothing.xml:0,100": "E22", "qXfer:features:read:": "E22",
            "qXfer:memory-map:read::0,100": "", "qRcmd,7": "E22", "vMustReplyEmpty": "", "": "",
            "qThreadExtraInfo,0": "E22", "qThreadExtraInfo,7777": "E22"}.items():
        assert gdb.ask(packet) == reply, packet
    gdb.send_raw(b"$g#00")
    assert gdb.receive_raw(1) == b"-"
    gdb.send_raw(b"-" + gdb.packet("qC"))  # everything was acknowledged: nothing to send again
    assert gdb.receive_raw(9) == b"+$QC01#f5"
    gdb.send_raw(b"--")
    assert gdb.receive() == gdb.receive() == "QC01"
    assert len(gdb.registers()) == 34


def test_settings(gdb):
    assert gdb.ask("qAttached") == "1"
    assert gdb.ask("Qqemu.PhyMemMode:1") == "OK"
    assert gdb.ask("qqemu.PhyMemMode") == "1"
    assert len(gdb.memory(0x09000000, 4)) == 4  # a device
    assert gdb.ask("Qqemu.sstep=1") == "OK"
    assert gdb.ask("qqemu.sstep") == "0x1"
    assert gdb.ask("Qqemu.sstep=8") == "E22"
    gdb.ok("QStartNoAckMode")
    gdb.send_raw(gdb.packet("qqemu.sstepbits"))
    assert gdb.receive() == "ENABLE=1,NOIRQ=2"


def monitor(gdb, command):
    text = ""
    gdb.send_raw(gdb.packet("qRcmd," + command.encode().hex()))
    while (reply := gdb.receive()) != "OK":
        assert reply[0] == "O"
        text += bytes.fromhex(reply[1:]).decode()
    return text


def test_monitor_commands(gdb):
    assert "Quern" in monitor(gdb, "info version")
    assert "gdbserver" in monitor(gdb, "help")
    assert "mach-virt.ram" in monitor(gdb, "info mtree")
    assert "Error" in monitor(gdb, "gdbserver none")
    assert gdb.ask("qAttached") == "1"
    gdb.ask("s")
    assert gdb.pc() == BASE + 4
    monitor(gdb, "system_reset")
    assert gdb.pc() == BASE
    gdb.ok(f"Z0,{SVC:x},4")
    assert gdb.ask("c").startswith("T05")
    # The monitor lets the guest run; what the debugger sends next stops it.
    gdb.ok(f"z0,{SVC:x},4")
    monitor(gdb, "cont")
    assert "paused" in monitor(gdb, "info status")
    gdb.ok(f"Z0,{SVC:x},4")
    gdb.send_raw(gdb.packet("c"))
    assert gdb.receive().startswith("T05")


def test_disconnect_and_noise(gdb):
    gdb.send_raw(gdb.packet("c"))
    assert gdb.receive_nothing()
    gdb.send_raw(b"\x03\x03\x03")  # only the first finds the guest running
    assert gdb.receive().startswith("T02")
    assert gdb.receive_nothing()
    gdb.send_raw(b"\x00\xff$" + b"a" * 100000 + b"#00$}" + gdb.packet("qC"))
    assert gdb.receive() == "QC01"
    gdb.send_raw(gdb.packet("vCont;c") + b"\x03" + gdb.packet("?"))
    assert gdb.receive().startswith("T02")
    assert gdb.receive().startswith("T05")


def test_features(gdb):
    """All descriptions in small pieces; each register can be read, with the size that it claims."""
    def whole(name):
        text = ""
        while True:
            part = gdb.ask(f"qXfer:features:read:{name}:{len(text):x},f0")
            text += part[1:]
            if part[0] == "l":
                return text

    names = re.findall(r'href="([^"]+)"', whole("target.xml"))
    sizes = [int(size) for name in names
             for size in re.findall(r'<reg [^>]*bitsize="(\d+)"', whole(name))]
    assert len(sizes) > 34 + 34 + 60
    for n, size in enumerate(sizes):
        value = gdb.ask(f"p{n:x}")
        assert len(value) == size // 4, n
        reply = gdb.ask(f"P{n:x}={value}")
        assert reply in ("OK", "E22"), n
    assert gdb.ask(f"p{len(sizes):x}") == "E22"
    registers = re.findall(r'<reg name="([^"]+)"', "".join(whole(name) for name in names))
    assert len(set(registers)) == len(registers)


def test_threads(debug_args):
    with Rsp.spawn(quern_binary(), *debug_args, "-smp", "3") as gdb:
        assert [gdb.ask("qfThreadInfo")] + [gdb.ask("qsThreadInfo") for _ in range(3)] == \
            ["m01", "m02", "m03", "l"]
        assert "halted" in bytes.fromhex(gdb.ask("qThreadExtraInfo,2")).decode()
        gdb.ok("Hg3")
        assert gdb.ask("qC") == "QC03"
        gdb.ok("P20=" + LOOP.to_bytes(8, "little").hex())
        gdb.ok("Hg1")
        assert gdb.pc() == BASE
        # Only the first one runs; the others would never stop.
        assert gdb.ask("vCont;s:1") == "T05thread:01;"
        gdb.ok(f"Z0,{SVC:x},4")
        assert gdb.ask("vCont;c:1") == "T05thread:01;"
        gdb.ok("Hg3")
        assert gdb.pc() == LOOP
