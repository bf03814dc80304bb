/* SPDX-License-Identifier: MIT */
/*
 * What the CPU models report of themselves. Implementer, caches and topology are those of the
 * cores' Technical Reference Manuals; the feature registers are theirs too, less what is not
 * implemented here: AArch32. "max" is a Cortex-A57 with every feature
 * that there is.
 */
#include "qemu/osdep.h"

#include "target/arm/cpu-models.h"

#define FIELD(reg, name, value) ((uint64_t)(value) << ID_AA64##reg##_##name)

/* EL0 and EL1 in AArch64 state only; EL2 and EL3 are properties of the CPU. */
#define PFR0_BASE 0x11
/* Debug architecture v8 (of v8.2: 8); numbers of breakpoints and the like less one. */
#define DFR0_DEBUG(version)                                                                        \
    ((version) | (uint64_t)(ARM_NUM_BRP - 1) << 12 | (uint64_t)(ARM_NUM_WRP - 1) << 20 |           \
     (uint64_t)(ARM_NUM_CTX_CMP - 1) << 28)
/* PMUv3 (of v8.1: 4). */
#define DFR0_BASE (DFR0_DEBUG(6) | FIELD(DFR0, PMUVER, 1))
#define DFR0_V82  (DFR0_DEBUG(8) | FIELD(DFR0, PMUVER, 4))
#define ISAR0_V80_SHA(sha2)                                                                        \
    (FIELD(ISAR0, AES, 2) | FIELD(ISAR0, SHA1, 1) | FIELD(ISAR0, SHA2, sha2) |                     \
     FIELD(ISAR0, CRC32, 1))
#define ISAR0_V80 ISAR0_V80_SHA(1)
#define MMFR0_BASE(parange)                                                                        \
    (FIELD(MMFR0, PARANGE, parange) | FIELD(MMFR0, ASIDBITS, 2) | FIELD(MMFR0, BIGEND, 1) |        \
     FIELD(MMFR0, SNSMEM, 1))

/* Armv8.2 as the cores of that generation have it: FP16, RAS, LSE, RDM, DotProd, LRCPC, DC CVAP. */
#define PFR0_FP16          (FIELD(PFR0, FP, 1) | FIELD(PFR0, ADVSIMD, 1))
#define PFR0_V82           (PFR0_BASE | PFR0_FP16 | FIELD(PFR0, RAS, 1))
#define PFR0_CSV           (FIELD(PFR0, CSV2, 1) | FIELD(PFR0, CSV3, 1))
#define ISAR0_ADD          (FIELD(ISAR0, ATOMIC, 2) | FIELD(ISAR0, RDM, 1) | FIELD(ISAR0, DP, 1))
#define ISAR0_V82          (ISAR0_V80 | ISAR0_ADD)
#define ISAR1_V82          (FIELD(ISAR1, DPB, 1) | FIELD(ISAR1, LRCPC, 1))
#define MMFR0_V82(parange) (MMFR0_BASE(parange) | FIELD(MMFR0, TGRAN16, 1))
#define MMFR1_V82                                                                                  \
    (FIELD(MMFR1, HAFDBS, 2) | FIELD(MMFR1, VMIDBITS, 2) | FIELD(MMFR1, VH, 1) |                   \
     FIELD(MMFR1, HPDS, 2) | FIELD(MMFR1, LO, 1) | FIELD(MMFR1, PAN, 2) | FIELD(MMFR1, XNX, 1))
#define MMFR2_V82 (FIELD(MMFR2, CNP, 1) | FIELD(MMFR2, UAO, 1) | FIELD(MMFR2, IESB, 1))

/* DC ZVA zeroes 4 << 4 bytes. */
#define DCZID_64 4

const ARMCPUModel arm_cpu_models[] = {
    {
        .name = "cortex-a53",
        .compatible = "arm,cortex-a53",
        .midr = 0x410fd034,
        .ctr = 0x84448004,
        .clidr = 0x0a200023,
        .dczid = DCZID_64,
        .ccsidr = { 0x700fe01a, 0x201fe00a, 0x707fe07a },
        .pmu_id = 0x4103,
        .isar = {
            .id_aa64pfr0 = PFR0_BASE,
            .id_aa64dfr0 = DFR0_BASE,
            .id_aa64isar0 = ISAR0_V80,
            .id_aa64mmfr0 = MMFR0_BASE(2), /* 40 bits */
        },
    },
    {
        .name = "cortex-a57",
        .compatible = "arm,cortex-a57",
        .midr = 0x411fd070,
        .ctr = 0x8444c004,
        .clidr = 0x0a200023,
        .dczid = DCZID_64,
        .ccsidr = { 0x701fe00a, 0x201fe012, 0x70ffe07a },
        .pmu_id = 0x4101,
        .isar = {
            .id_aa64pfr0 = PFR0_BASE,
            .id_aa64dfr0 = DFR0_BASE,
            .id_aa64isar0 = ISAR0_V80,
            .id_aa64mmfr0 = MMFR0_BASE(4), /* 44 bits */
        },
    },
    {
        .name = "cortex-a72",
        .compatible = "arm,cortex-a72",
        .midr = 0x410fd083,
        .ctr = 0x8444c004,
        .clidr = 0x0a200023,
        .dczid = DCZID_64,
        .ccsidr = { 0x701fe00a, 0x201fe012, 0x707fe07a },
        .pmu_id = 0x4102,
        .isar = {
            .id_aa64pfr0 = PFR0_BASE,
            .id_aa64dfr0 = DFR0_BASE,
            .id_aa64isar0 = ISAR0_V80,
            .id_aa64mmfr0 = MMFR0_BASE(4),
        },
    },
    {
        .name = "cortex-a55",
        .compatible = "arm,cortex-a55",
        .midr = 0x412fd050,
        .ctr = 0x84448004,
        .clidr = 0x82000023,
        .dczid = DCZID_64,
        .ccsidr = { 0x700fe01a, 0x200fe01a, 0x703fe07a },
        .pmu_id = 0x4145,
        .isar = {
            .id_aa64pfr0 = PFR0_V82,
            .id_aa64pfr1 = FIELD(PFR1, SSBS, 1),
            .id_aa64dfr0 = DFR0_V82,
            .id_aa64isar0 = ISAR0_V82,
            .id_aa64isar1 = ISAR1_V82,
            .id_aa64mmfr0 = MMFR0_V82(2), /* 40 bits */
            .id_aa64mmfr1 = MMFR1_V82,
            .id_aa64mmfr2 = MMFR2_V82,
        },
    },
    {
        .name = "cortex-a76",
        .compatible = "arm,cortex-a76",
        .midr = 0x414fd0b1,
        .ctr = 0x8444c004,
        .clidr = 0x82000023,
        .dczid = DCZID_64,
        .ccsidr = { 0x701fe01a, 0x201fe01a, 0x707fe03a },
        .pmu_id = 0x410b,
        .isar = {
            .id_aa64pfr0 = PFR0_V82 | PFR0_CSV,
            .id_aa64pfr1 = FIELD(PFR1, SSBS, 1),
            .id_aa64dfr0 = DFR0_V82,
            .id_aa64isar0 = ISAR0_V82,
            .id_aa64isar1 = ISAR1_V82,
            .id_aa64mmfr0 = MMFR0_V82(2), /* 40 bits */
            .id_aa64mmfr1 = MMFR1_V82,
            .id_aa64mmfr2 = MMFR2_V82,
        },
    },
    {
        .name = "neoverse-n1",
        .compatible = "arm,neoverse-n1",
        .midr = 0x414fd0c1,
        .ctr = 0x8444c004,
        .clidr = 0x82000023,
        .dczid = DCZID_64,
        .ccsidr = { 0x701fe01a, 0x201fe01a, 0x70ffe03a },
        .pmu_id = 0x410c,
        .isar = {
            .id_aa64pfr0 = PFR0_V82 | PFR0_CSV,
            .id_aa64pfr1 = FIELD(PFR1, SSBS, 2),
            .id_aa64dfr0 = DFR0_V82,
            .id_aa64isar0 = ISAR0_V82,
            .id_aa64isar1 = ISAR1_V82,
            .id_aa64mmfr0 = MMFR0_V82(5), /* 48 bits */
            .id_aa64mmfr1 = MMFR1_V82,
            .id_aa64mmfr2 = MMFR2_V82,
        },
    },
    {
        .name = "max",
        .compatible = "arm,armv8",
        .midr = 0x000f0510, /* no implementer: "reserved for software" (D19.2.101) */
        .ctr = 0x8444c004,
        .clidr = 0x0a200023,
        .dczid = DCZID_64,
        .ccsidr = { 0x701fe00a, 0x201fe012, 0x70ffe07a },
        .pmu_id = 0x4101,
        .isar = {
            .id_aa64pfr0 = PFR0_V82 | PFR0_CSV | FIELD(PFR0, DIT, 1),
            .id_aa64pfr1 = FIELD(PFR1, SSBS, 2) | FIELD(PFR1, BT, 1),
            .id_aa64dfr0 = DFR0_V82,
            .id_aa64isar0 = ISAR0_V80_SHA(2) | ISAR0_ADD | FIELD(ISAR0, TS, 2) |
                            FIELD(ISAR0, RNDR, 1) |
                            FIELD(ISAR0, SHA3, 1) | FIELD(ISAR0, SM3, 1) | FIELD(ISAR0, SM4, 1) |
                            FIELD(ISAR0, FHM, 1),
            .id_aa64isar1 = FIELD(ISAR1, DPB, 2) | FIELD(ISAR1, API, 3) | FIELD(ISAR1, GPI, 1) |
                            FIELD(ISAR1, JSCVT, 1) | FIELD(ISAR1, FCMA, 1) |
                            FIELD(ISAR1, LRCPC, 2) | FIELD(ISAR1, FRINTTS, 1) |
                            FIELD(ISAR1, SB, 1) | FIELD(ISAR1, SPECRES, 1) |
                            FIELD(ISAR1, DGH, 1) | FIELD(ISAR1, I8MM, 1) | FIELD(ISAR1, XS, 1) |
                            FIELD(ISAR1, BF16, 1) | FIELD(ISAR1, LS64, 3),
            .id_aa64isar2 = FIELD(ISAR2, WFXT, 2) | FIELD(ISAR2, MOPS, 1) | FIELD(ISAR2, BC, 1) |
                            FIELD(ISAR2, CSSC, 1),
            .id_aa64mmfr0 = MMFR0_V82(5), /* 48 bits */
            .id_aa64mmfr1 = MMFR1_V82 | FIELD(MMFR1, HCX, 1),
            .id_aa64mmfr2 = MMFR2_V82 | FIELD(MMFR2, E0PD, 1),
        },
    },
};

const size_t arm_n_cpu_models = ARRAY_SIZE(arm_cpu_models);
