# SPDX-License-Identifier: MIT
"""EL2 and EL3: Debian's kernel finds them, and KVM starts on EL2 in both its modes."""

import pytest


def kernel_says(boot, *extra, **kwargs):
    machine = boot(*extra, **kwargs).wait_shell()
    text = machine.check("dmesg | grep -E 'kvm|started at'")
    assert machine.poweroff() == 0
    return text


@pytest.mark.parametrize("cpu, mode", [("cortex-a57", "Hyp mode"), ("max", "VHE mode")])
def test_kvm_initializes(boot, cpu, mode):
    text = kernel_says(boot, "-M", "virt,virtualization=on", cpu=cpu)
    assert "started at EL2" in text
    assert f"{mode} initialized successfully" in text


def test_without_el2(boot):
    assert "started at EL1" in kernel_says(boot)


@pytest.mark.parametrize("gic", [2, 3])
@pytest.mark.parametrize("virtualization, level", [("off", "EL1"), ("on", "EL2")])
def test_kernel_below_el3(boot, virtualization, level, gic):
    text = kernel_says(boot, "-M",
                       f"virt,secure=on,virtualization={virtualization},gic-version={gic}")
    assert f"started at {level}" in text
