# SPDX-License-Identifier: MIT
"""gdb-multiarch on Debian's kernel: early boot, variables, registers, attaching and leaving."""

import os
import re
import shutil
import signal
import time

import pytest

from machine import Machine, boot_args
from rsp import Rsp

GDB = "gdb-multiarch"
PROMPT = r"\(gdb\) $"
LOAD_ADDRESS = 0x40200000  # of the Image, in RAM
KERNEL = 0xFFFF800008000000  # where the kernel runs without KASLR

pytestmark = pytest.mark.skipif(not shutil.which(GDB), reason=f"no {GDB}")


class Gdb(Machine):
    """The debugger on a terminal of its own."""

    def __init__(self, address):
        super().__init__(["-nx", "-q", "-ex", "set width 0", "-ex", "set height 0",
                          "-ex", "set confirm off", "-ex", "set style enabled off",
                          "-ex", "set enable-bracketed-paste off"],
                         binary=shutil.which(GDB), env={"TERM": "dumb"})
        self.expect(PROMPT)
        self.address = address

    def do(self, command, seconds=30):
        """Run a command that gives the prompt back; what it printed."""
        self.send(command + "\n")
        return self.expect(r"(?s)(.*)" + PROMPT, seconds)[1]

    def attach(self):
        return self.do(f"target remote {self.address}")

    def go(self, seconds=60):
        """Continue to a breakpoint or a watchpoint."""
        said = self.do("continue", seconds)
        assert re.search(r"(Break|Hardware .*watch|watch)point \d+", said), said
        return said

    def start_running(self):
        self.send("continue\n")
        self.expect("Continuing")

    def interrupt(self):
        os.kill(self.proc.pid, signal.SIGINT)
        return self.expect(r"(?s)(.*)" + PROMPT)[1]

    def number(self, expression):
        return int(re.search(r"= (-?\d+)", self.do(f"print (long)({expression})"))[1]) % (1 << 64)


@pytest.fixture(scope="module")
def symbols(guest):
    """Addresses of the kernel's functions, from a boot of its own."""
    with Machine(boot_args(guest, append="nokaslr")) as machine:
        machine.wait_shell()
        listing = machine.check("grep -wE 'primary_entry|__primary_switched|start_kernel|do_timer"
                                "|cpu_do_idle|do_idle|cpu_startup_entry|schedule' /proc/kallsyms")
    return {name: int(address, 16)
            for address, name in re.findall(r"([0-9a-f]{16}) \w (\w+)", listing)}


@pytest.fixture
def session(boot, tmp_path):
    """session(*options) starts the guest, paused, and gives (machine, debugger)."""
    opened = []

    def make(*options):
        path = tmp_path / "gdb.sock"
        machine = boot("-S", "-gdb", f"unix:{path}", *options, append="nokaslr")
        Rsp.connect(path).close()  # it listens
        gdb = Gdb(path)
        opened.append(gdb)
        return machine, gdb

    yield make
    for gdb in opened:
        gdb.close()


def test_early_boot(session, symbols):
    machine, gdb = session()
    gdb.attach()
    # By physical address, before the MMU is on.
    entry = symbols["primary_entry"] - KERNEL + LOAD_ADDRESS
    gdb.do(f"break *{entry:#x}")
    gdb.go()
    assert gdb.number("$pc") == entry
    assert gdb.number("$SCTLR_EL1") & 1 == 0
    code = gdb.do(f"x/2xw {entry:#x}")
    before = gdb.number("$pc")
    gdb.do("stepi")
    target = gdb.number("$pc")
    assert target != before
    gdb.do("stepi 5")
    # By virtual address, as soon as the MMU is on.
    gdb.do("delete")
    gdb.do(f"break *{symbols['__primary_switched']:#x}")
    gdb.go()
    assert gdb.number("$pc") == symbols["__primary_switched"]
    assert gdb.number("$SCTLR_EL1") & 1 == 1
    virtual = gdb.do(f"x/2xw {symbols['primary_entry']:#x}")
    assert code.split(":")[1] == virtual.split(":")[1]
    gdb.do("delete")
    gdb.do(f"break *{symbols['start_kernel']:#x}")
    gdb.go()
    gdb.do("detach")
    machine.wait_shell()
    assert machine.check("echo fine") == "fine"


def test_variable_and_backtrace(session, symbols):
    machine, gdb = session()
    gdb.attach()
    gdb.do(f"break *{symbols['do_timer']:#x}")
    gdb.go()
    # do_timer() adds its argument to jiffies_64: the addresses are in its first instructions.
    code = gdb.do("x/10i $pc")
    page, offset = re.search(r"adrp\s+(?:x\d+), (0x\w+).*?ldr\s+x\d+, \[x\d+, #(\d+)\]", code,
                             re.S).groups()
    jiffies = int(page, 16) + int(offset)
    gdb.do("delete")
    ticks, old = gdb.number("$x0"), gdb.number(f"*(long *){jiffies:#x}")
    gdb.do(f"watch *(long *){jiffies:#x}")
    said = gdb.go()
    values = [int(v) for v in re.findall(r"(?:Old|New) value = (-?\d+)", said)]
    assert values == [old, old + ticks], said
    gdb.do("delete")
    gdb.do(f"rwatch *(long *){jiffies:#x}")
    assert "Value = " in gdb.go()
    gdb.do("delete")
    # The idle thread's calls, by their frame records.
    gdb.do(f"break *{symbols['cpu_do_idle']:#x}")
    gdb.go()
    trace = [int(v, 16) for v in re.findall(r"#\d+ +(0x\w+)", gdb.do("backtrace"))]
    assert trace[0] == symbols["cpu_do_idle"]
    assert any(symbols["do_idle"] < pc < symbols["cpu_startup_entry"] for pc in trace), trace


def test_registers(session, symbols):
    _, gdb = session()
    gdb.attach()
    gdb.do(f"break *{symbols['do_timer']:#x}")
    gdb.go()
    general = gdb.do("info registers")
    for name in ("x0", "x30", "sp", "pc", "cpsr"):
        assert re.search(rf"^{name} ", general, re.M), name
    system = gdb.do("info registers system")
    for name in ("SCTLR_EL1", "TTBR1_EL1", "VBAR_EL1", "MIDR_EL1", "CNTV_CTL_EL0", "ESR_EL1"):
        assert re.search(rf"^{name} ", system, re.M), name
    assert gdb.number("$VBAR_EL1") >> 48 == 0xFFFF
    assert "fpcr" in gdb.do("info registers float")
    assert "v31" in gdb.do("info registers vector")
    gdb.do("set $v0.d.f[0] = 2.5")
    assert "2.5" in gdb.do("print $v0.d.f[0]")
    assert "2.5" in gdb.do("print $d0.f")
    gdb.do("set $x5 = 0x1234")
    assert gdb.number("$x5") == 0x1234


def test_interrupt_detach_reattach(session, symbols):
    machine, gdb = session()
    gdb.attach()
    gdb.start_running()
    machine.wait_shell()
    assert "SIGINT" in gdb.interrupt()
    gdb.do(f"break *{symbols['cpu_do_idle']:#x}")
    gdb.go()
    gdb.do("detach")
    assert machine.check("echo alive") == "alive"  # and no breakpoint stops it
    gdb.attach()
    gdb.do("delete")
    gdb.do(f"tbreak *{symbols['cpu_do_idle']:#x}")
    gdb.do("continue")
    assert gdb.number("$pc") == symbols["cpu_do_idle"]
    # A debugger that dies takes its breakpoints with it; the monitor lets the guest go on.
    gdb.do(f"break *{symbols['cpu_do_idle']:#x}")
    gdb.close()
    assert "paused" in machine.monitor("info status")
    machine.monitor("cont")
    assert machine.check("echo alive") == "alive"


def test_several_cpus(session, symbols):
    machine, gdb = session("-smp", "2")
    gdb.attach()
    assert len(re.findall(r"Thread \d+ \(CPU#\d", gdb.do("info threads"))) == 2
    gdb.do(f"break *{symbols['do_idle']:#x}")
    gdb.go()
    gdb.do("delete")
    gdb.start_running()
    machine.wait_shell()
    gdb.interrupt()
    gdb.do("thread 2")
    assert gdb.number("$MPIDR_EL1") & 0xFF == 1
    gdb.do("thread 1")
    assert gdb.number("$MPIDR_EL1") & 0xFF == 0
    gdb.do("stepi")
    gdb.do("detach")
    assert machine.check("nproc") == "2"


def test_a_breakpoint_that_all_cpus_meet(boot, symbols, tmp_path):
    """Nothing is missed or told twice: the CPU that stopped stands there, and steps on alone."""
    path, where = tmp_path / "gdb.sock", symbols["schedule"]
    machine = boot("-smp", "4", "-gdb", f"unix:{path}", append="nokaslr")
    machine.wait_shell()
    machine.check("for i in 1 2 3 4 5; do (while :; do usleep 500; done) & done; echo ok")
    threads = set()
    with Rsp.connect(path) as rsp:
        for _ in range(100):
            rsp.ok(f"Z0,{where:x},4")
            reply = rsp.ask("vCont;c", 60)
            thread = int(re.fullmatch(r"T05thread:(\w+);", reply)[1], 16)
            threads.add(thread)
            rsp.ok(f"Hg{thread:x}")
            assert rsp.pc() == where
            rsp.ok(f"z0,{where:x},4")
            assert rsp.ask(f"vCont;s:{thread:x}") == reply
            assert rsp.pc() == where + 4
        rsp.ok("D")
    assert len(threads) > 1
    assert machine.check("echo alive") == "alive"


def test_monitor_command_and_tcp(boot):
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    machine = boot("-S", "-gdb", f"tcp:127.0.0.1:{port}")
    with Rsp.connect(("127.0.0.1", port)) as rsp:
        assert rsp.ask("?") == "T05thread:01;"
    machine.monitor("gdbserver none")
    with pytest.raises(OSError):
        Rsp.connect(("127.0.0.1", port), seconds=0)
    assert "Waiting for gdb connection" in machine.monitor(f"gdbserver tcp:127.0.0.1:{port}")
    with Rsp.connect(("127.0.0.1", port)) as rsp:
        assert rsp.ask("vMustReplyEmpty") == ""
        rsp.send_raw(rsp.packet("c"))
        machine.wait_shell()
        machine.send("poweroff\r")
        assert rsp.receive(60) == "W00"
    assert machine.wait() == 0


def test_interrupts_and_steps(boot, tmp_path):
    """While stepping, interrupts wait, unless the debugger wants them."""
    path = tmp_path / "gdb.sock"
    machine = boot("-gdb", f"unix:{path}")
    machine.wait_shell()
    machine.check("while :; do :; done & echo busy")
    with Rsp.connect(path) as rsp:
        names = rsp.ask("qXfer:features:read:system-registers.xml:0,2000")
        first = re.findall(r'<reg name="(\w+)"', names).index("VBAR_EL1")

        def interrupt_vectors():
            """Now: the kernel has others for what comes from user space."""
            vbar = int.from_bytes(bytes.fromhex(rsp.ask(f"p{34 + 34 + first:x}")), "little")
            return vbar + 0x280, vbar + 0x480

        def find_open():
            """Let it run until it is stopped where interrupts are not masked."""
            for _ in range(50):
                if not rsp.registers()[33] & 0x80:
                    return
                rsp.send_raw(rsp.packet("c"))
                time.sleep(0.03)
                rsp.send_raw(b"\x03")
                assert rsp.receive().startswith("T02")
            raise AssertionError("interrupts are always masked")

        for _ in range(20):
            find_open()
            time.sleep(0.01)  # the timer's interrupt is due by now
            vectors = interrupt_vectors()
            rsp.ask("s")
            assert rsp.pc() not in vectors
        find_open()
        rsp.ok("Qqemu.sstep=1")
        time.sleep(0.05)
        vectors = interrupt_vectors()
        rsp.ask("s")
        assert rsp.pc() in vectors
        rsp.ok("D")
    assert machine.check("kill $!; echo alive") == "alive"
