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
    Difference("*", r".* EL[01] (dc_(c|i)vac|dc_(cvau|civac)|ic_ivau)",
               "D7.5.8: cache maintenance by address faults like a read (DC IVAC: a write); QEMU "
               "does nothing.", ours=r".*esr=9[26]0001[45].*", theirs="ok"),
    Difference("*", r".* EL[01] stx[rp]_fails",
               "C6.2.346: whether a store-exclusive that fails reports its faults is "
               "IMPLEMENTATION DEFINED.", ours=r".*esr=9[26]000[02][4-6].*", theirs="ok"),
    Difference("access-*", r".*external abort, .* (ldadd_|stadd_|ldclrb_|swph?_|casb?_)",
               "D19.2.37, EA: an IMPLEMENTATION DEFINED classification.",
               ours=r"EL1.200 esr=96000210 .*", theirs=r"EL1.200 esr=96000010 .*"),
    Difference("*", r".* ldapr_", "B2.5.2: without FEAT_LSE2 LDAPR must be aligned.",
               ours=r"EL1.*00 esr=9[26]000021 .*"),
    Difference("stage2-*", r"granule 1[246], .* / reserved L[01], .*",
               "D8.3.1: no block descriptors at level 0, nor at level 1 but with 4K; QEMU takes "
               "them.", ours=r".*(esr=(93c0|8200)[08]0[04][45].*|PAR a0[9b])",
               theirs=r".*(esr=(93c0|8200)[08]0[04][89].*|PAR a1[13])"),
    Difference("*", r".* AT 4", "D19.2.114: SH of Device memory is 0b10, also without stage 1.",
               ours="PAR [0-9a-f]*b00", theirs="PAR [0-9a-f]*a00"),
    Difference("stage2-*", r"walks of stage 1 / .*",
               "D8.15.4: the level is that of stage 2's lookup; QEMU has the level of stage 1.",
               ours=r"EL2.*esr=[89]2000[01][8c][0-9a-f] .*|PAR b[01][0-9a-f]",
               theirs=r"EL2.*esr=[89]2000[01][8c][0-9a-f] .*|PAR b[01][0-9a-f]"),
    Difference("stage2-*", r"attributes of both stages / .*",
               "D8.6.6: QEMU takes the low half of a Normal attribute for a kind of Device.",
               ours=r"PAR [8c]00000070000b00", theirs=r"PAR 400000070000b00"),
    Difference("mmu-*", r"attributes / attribute .*", "D19.2.114: SH of Device memory and of what "
               "is not cacheable is 0b10.",
               ours="PAR [0-9a-f]*b00", theirs="PAR [0-9a-f]*[ab][08]0"),
    Difference("mmu-*", r".*, AT.*|.* lowest", "D19.2.114: SH of Device memory is 0b10.",
               ours="PAR [0-9a-f]*b00", theirs="PAR [0-9a-f]*[ab][08]0"),
    Difference("traps-*", r"WFI and WFE / .*wfe", "D19.2.48 TWE: QEMU does not trap WFE.",
               ours=r"EL[23].* esr=7e00001 .*"),
    Difference("traps-*", r"registers that can be .* / S3_4_C(3_C0_0|4_C3_[0-3]|5_C0_1|5_C3_0)",
               "DACR32_EL2, SPSR_abt and the like, IFSR32_EL2, FPEXC32_EL2: for AArch32, which is "
               "left for later."),
    Difference("traps-*", r"registers that can be .* / (S3_6_C1_C1_1|S2_4_C0_C7_0)",
               "SDER32_EL3, DBGVCR32_EL2: for AArch32, which is left for later."),
    Difference("traps-*", r".* / (S3_4_C5_C3_0|S2_4_C0_C7_0) .*",
               "FPEXC32_EL2, DBGVCR32_EL2: for AArch32, left for later.", ours=""),
    Difference("traps-*", r".* / S2_(0_C0_C[036]_2|0_C1_C4_4|0_C7_C[89]_6|0_C7_C14_6|3_C0_C[145]_0)"
               r".*", "D19.3: OSDTR*_EL1, OSECCR_EL1, DBGPRCR_EL1, DBGCLAIM*_EL1, "
               "DBGAUTHSTATUS_EL1, DBGDTR*_EL0; QEMU 7.2 does not have them.",
               theirs=r"|EL1:2000000.*"),
    Difference("step-*", r".*, (masks|masks_register)",
               "D2.11.3: PSTATE.D set by the stepped instruction makes software step inactive; "
               "QEMU steps all the same."),
    Difference("step-*", r".*, locks",
               "D2.4: no debug exceptions while the OS Lock is locked; QEMU looks at it later."),
    Difference("step-*", r".*, disables",
               "D2.11.8: MDSCR_EL1.SS is in force at the latest after the ISB; ours is at once."),
    Difference("interrupts-*", r".* unmasks( by DAIF)?",
               "D1.3.6: an interrupt that was unmasked is taken at the latest after the ISB.",
               ours=r".*EL[123].[23][08]0 elr=\+c .*", theirs=r".*EL[123].[23][08]0 elr=\+8 .*"),
    Difference("interrupts-*", r"virtual: .* / EL[01]",
               "D1.3.6.2: which of several pending interrupts comes first is IMPLEMENTATION "
               "DEFINED; ours are SError, FIQ, IRQ."),
    Difference("timers-*", r".*CNTHCTL [12], EL0.* read CNTPCT",
               "D19.8.14: CNTHCTL_EL2.EL1PCTEN, bit 0, is for EL0 too; QEMU looks at bit 1."),
    Difference("timers-*", r"CNTHV / .*",
               "BSA: the line of EL2's virtual timer is PPI 12; QEMU 7.2's board leaves it open.",
               ours=r".*pending CNTHV.*"),
    Difference("regimes-*", r".* / .*, EL[02] (unprivileged )?(read|write)|.* / TBI .*read",
               "D19.2.37: ISV is 0 but for stage 2; QEMU sets it for what EL2 itself takes.",
               ours=r"EL2.*esr=9[26]0000.*", theirs=r"EL2.*esr=9[37]c[01]8.*"),
    Difference("regimes-*", r"EL2&0, TLBI / VA(L)?E2IS",
               "D8.13.4: with HCR_EL2.E2H these are for EL2&0; QEMU leaves its entries alone.",
               ours="ok 1234", theirs="ok 4321"),
    Difference("regimes-*", r"names of registers, HCR_EL2 0 / .*_EL12 at EL2",
               "D5.6.4: names ending in _EL12 are UNDEFINED while HCR_EL2.E2H is 0.",
               ours="EL2.200 esr=2000000 .*", theirs="ok .*"),
    Difference("traps-*-cortex-a76", r".* / S3_0_C5_C[345]_.*",
               "D19.5: the error record registers of FEAT_RAS, which QEMU's core lacks.",
               theirs=""),
    Difference("traps-*-cortex-a76", r".* / S3_5_.*",
               "D5.6.4: names ending in _EL12 and _EL02 are UNDEFINED while HCR_EL2.E2H is 0.",
               ours=""),
    Difference("traps-*-cortex-a76", r".* / S3_3_C4_C2_6.*",
               "D19.2.66: ID_AA64PFR1_EL1.SSBS is 1, without MRS and MSR of SSBS.", ours=""),
    Difference("traps-*", r"MDCR_EL2 bit 5 / S3_3_C9_C12_0 .*",
               "D19.2.74 MDCR_EL2.TPMCR: QEMU 7.2 does not trap PMCR_EL0.", theirs="",
               ours="EL2:.*"),
    Difference("debug-*", r"enables / .* OSLK=1 .*",
               "D2.4.3: the OS lock disables debug exceptions; QEMU 7.2 looks at another bit.",
               ours="ok 0"),
    Difference("debug-*",
               r".* LSC=3 PAC=3 EL[01] (unprivileged load|swap|compare)",
               "D19.2.40, ISS of watchpoints: WnR is 0 where a read would match, too.",
               ours=r"EL1.* esr=d[26]000022 .*", theirs=r"EL1.* esr=d[26]000062 .*"),
    Difference("debug-*", r"links .* / break, link to VMID.*",
               "D2.8.3: QEMU does not compare VMIDs.", theirs="ok 0"),
    Difference("debug-*", r"traps .* / MDCR_EL1=100 EL0 read_dcc",
               "D19.3.20 MDSCR_EL1.TDCC: QEMU 7.2 does not trap MDCCSR_EL0.",
               ours="EL[12].400 esr=6220c003 .*"),
    Difference("debug-*", r"steps of EL2.* / .* fault",
               "D19.2.40: ISV is for stage 2; QEMU sets it for stage 1 at EL2 too.",
               ours=".*esr=96000000 .*", theirs=".*esr=97c18000 .*"),
    Difference("debug-*", r"steps that .* / TDE=[01] mask",
               "D2.12.3: no step is pending where PSTATE.D now masks it.",
               theirs=r".*spsr=3c5.*"),
    Difference("debug-*", r"steps that .* / TDE=[01] off",
               "D2.12.4: SSAdvance sees the MDSCR_EL1.SS just written; before ISB both may be."),
    Difference("psci-*",
               r"PSCI_FEATURES / function .4000012|after SYSTEM_RESET.*|errors / reset, .*",
               "DEN0022 5.12: SYSTEM_RESET2 is optional; QEMU does not have it.",
               theirs="|no|-1"),
    Difference("psci-*", "errors / info, level 4", "DEN0022 5.7: there are levels 0 to 3.",
               ours="-2", theirs="0"),
    Difference("psci-*", "errors / on, misaligned",
               "DEN0022 5.6.2: what is wrong is the entry point's address.",
               ours="-9", theirs="-2"),
]
