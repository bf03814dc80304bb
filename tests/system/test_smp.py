# SPDX-License-Identifier: MIT
"""-smp: what is left out of it, and how the device tree and the guest's kernel see the rest."""

import shutil
import struct
import subprocess

import pytest

from machine import quern_binary

REFERENCE = "qemu-system-aarch64"

# -smp: (CPUs there, sockets, clusters, cores, threads); the levels of the reference 7.2, but for
# those with a mark, which it refuses or does not know.
TOPOLOGIES = {
    "1": (1, 1, 1, 1, 1),
    "4": (4, 1, 1, 4, 1),
    "cpus=4": (4, 1, 1, 4, 1),
    "maxcpus=8": (8, 1, 1, 8, 1),
    "4,maxcpus=8": (4, 1, 1, 8, 1),
    "cores=4": (4, 1, 1, 4, 1),
    "4,sockets=2": (4, 2, 1, 2, 1),
    "8,clusters=2": (8, 1, 2, 4, 1),
    "8,threads=2": (8, 1, 1, 4, 2),
    "8,cores=2": (8, 4, 1, 2, 1),
    "8,sockets=2,cores=2": (8, 2, 1, 2, 2),
    "maxcpus=8,cores=2,threads=2": (8, 2, 1, 2, 2),
    "sockets=2,cores=2,threads=2": (8, 2, 1, 2, 2),
    "1,sockets=2,maxcpus=4,threads=2": (1, 2, 1, 1, 2),
    "12,sockets=2,clusters=3,cores=1,threads=2": (12, 2, 3, 1, 2),
    "4,dies=1": (4, 1, 1, 4, 1),
    "4,drawers=1,books=1,modules=1*": (4, 1, 1, 4, 1),
    "cpus=2,cpus=4": (4, 1, 1, 4, 1),
}


def nodes(blob):
    """{path: {property: bytes}} of a flattened device tree."""
    structure, strings = struct.unpack_from(">II", blob, 8)
    path, found, at = [], {}, structure
    while True:
        token, = struct.unpack_from(">I", blob, at)
        at += 4
        if token == 1:
            end = blob.index(b"\0", at)
            path.append(blob[at:end].decode())
            found["/".join(path)] = {}
            at = end + 4 & ~3
        elif token == 2:
            path.pop()
        elif token == 3:
            length, name = struct.unpack_from(">II", blob, at)
            end = blob.index(b"\0", strings + name)
            value = blob[at + 8:at + 8 + length]
            found["/".join(path)][blob[strings + name:end].decode()] = value
            at += 8 + length + 3 & ~3
        elif token == 9:
            return found


def cpu_map(binary, smp, path, *options):
    """Leaves of cpu-map, with the number of the CPU each refers to."""
    subprocess.run([binary, "-M", f"virt,gic-version=3,dumpdtb={path}", "-cpu", "cortex-a57",
                    "-display", "none", "-smp", smp, *options], check=True, timeout=60,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tree = nodes(path.read_bytes())
    cpus = {node["phandle"]: name for name, node in tree.items() if "/cpus/cpu@" in name}
    return {name.removeprefix("/cpus/cpu-map/"): cpus[node["cpu"]].removeprefix("/cpus/cpu@")
            for name, node in tree.items() if "/cpu-map/" in name and "cpu" in node}


def places(cpus, sockets, clusters, cores, threads):
    leaves = [f"socket{s}/cluster{c}/core{k}" + (f"/thread{t}" if threads > 1 else "")
              for s in range(sockets) for c in range(clusters) for k in range(cores)
              for t in range(threads)]
    return {leaf: str(n) for n, leaf in enumerate(leaves[:cpus])}


@pytest.mark.parametrize("smp", TOPOLOGIES)
def test_cpu_map(smp, tmp_path):
    found = cpu_map(quern_binary(), smp.strip("*"), tmp_path / "dtb")
    assert found == places(*TOPOLOGIES[smp])
    if shutil.which(REFERENCE) and not smp.endswith("*"):
        assert found == cpu_map(REFERENCE, smp, tmp_path / "dtb", "-nic", "none")


def test_512_cpus(tmp_path):
    found = cpu_map(quern_binary(), "512,sockets=8", tmp_path / "dtb")
    assert len(found) == 512 and found["socket7/cluster0/core63"] == "511"


def test_the_kernel_sees_it(boot):
    machine = boot("-smp", "8,sockets=2,clusters=2,cores=1,threads=2").wait_shell()
    for name, want in (("physical_package_id", "0 0 0 0 1 1 1 1"),
                       ("thread_siblings_list", "0-1 0-1 2-3 2-3 4-5 4-5 6-7 6-7")):
        found = machine.check(f"cat /sys/devices/system/cpu/cpu?/topology/{name} | tr '\\n' ' '")
        assert found.endswith(want), name
    assert machine.poweroff() == 0
