# SPDX-License-Identifier: MIT
"""Where a trace differs from the reference's (QEMU 7.2), and why ours is what DDI 0487 says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """RUN: a glob of the run's name. CASE: a regular expression of `section / case`. OURS and
    THEIRS: of what is printed, lines of one case joined by ` | `."""
    run: str
    case: str
    why: str
    ours: str = ".*"
    theirs: str = ".*"


DIFFERENCES = [
    Difference("*-max", r".* pc_bad_(br|blr)", "FEAT_BTI: BTYPE is not there yet.",
               ours=r".*spsr=3..", theirs=r".*spsr=[7b].."),
    Difference("exceptions-*", r".* sp_bad_(load|store|pair)",
               "D1.3.10: QEMU does not check the alignment of SP.",
               ours="EL[123].[0-9]* esr=9a000000 .*"),
    Difference("exceptions-*", r".* wfe_", "D19.2.118 SCTLR_EL1.nTWE: QEMU does not trap WFE.",
               ours="EL[123].400 esr=7e00001 .*"),
    Difference("exceptions-*", r".* daif(set|clr)",
               "D19.2.37, ISS of MSR: QEMU exchanges op1 and op2 of MSR DAIFSet and DAIFClr.",
               ours="EL[123].400 esr=620[ce]d3.*", theirs="EL[123].400 esr=620[79d]..*"),
    Difference("exceptions-*", r".* EL3[th] hvc(_2)?",
               "C6.2.126: HVC at EL3 is taken to EL3; QEMU goes to EL2.",
               ours="EL3.* esr=5a000002 .*", theirs="EL2.*"),
    Difference("exceptions-*-el3-*", r".*NS=0 EL1[th] hvc",
               "C6.2.126: HVC is UNDEFINED without Secure EL2; QEMU does not look at SCR_EL3.EEL2.",
               ours="EL1.* esr=2000000 .*", theirs="EL2.* esr=5a000002 .*"),
    Difference("mmu-*", r"granule 1[246], .* / reserved L[01], .*",
               "D8.3.1: no block descriptors at level 0, nor at level 1 but with 4K; QEMU takes "
               "them.",
               ours=".*(esr=[89][26]0000[04][45].*|PAR 80[9b])",
               theirs=".*(esr=[89][26]0000[04][89].*|PAR 81[13])"),
    Difference("access-*", r".* EL[01] (dc_(c|i)vac|dc_(cvau|civac)|ic_ivau)",
               "D7.5.8: cache maintenance by address faults like a read (DC IVAC: a write); QEMU "
               "does nothing.", ours=r".*esr=9[26]0001[45].*", theirs="ok"),
    Difference("access-*", r".* EL[01] stx[rp]_fails",
               "C6.2.346: whether a store-exclusive that fails reports its faults is "
               "IMPLEMENTATION DEFINED.", ours=r".*esr=9[26]000[02][4-6].*", theirs="ok"),
    Difference("access-*", r".*external abort, .* (ldadd_|stadd_|ldclrb_|swph?_|casb?_)",
               "D19.2.37, EA: an IMPLEMENTATION DEFINED classification.",
               ours=r"EL1.200 esr=96000210 .*", theirs=r"EL1.200 esr=96000010 .*"),
    Difference("access-*", r".* ldapr_", "B2.5.2: without FEAT_LSE2 LDAPR must be aligned.",
               ours=r"EL1.*00 esr=9[26]000021 .*"),
]
