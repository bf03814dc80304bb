/* SPDX-License-Identifier: MIT */
/*
 * System registers and system instructions, as tables.
 *
 * One row is one encoding (op0, op1, CRn, CRm, op2). A CPU has a hash table of the rows that its
 * features select; the translator resolves an access when it translates: constants and plain fields
 * become a move, the rest a call of the row's hook. Rows are immutable, so code that was made from
 * one stays right. Devices add theirs (a GICv3 CPU interface, say) before the CPU runs.
 */
#ifndef TARGET_ARM_SYSREGS_H
#define TARGET_ARM_SYSREGS_H

#include "target/arm/cpu.h"

typedef struct ARMSysReg ARMSysReg;

typedef uint64_t ARMSysRead(CPUARMState *env, const ARMSysReg *r);
typedef void ARMSysWrite(CPUARMState *env, const ARMSysReg *r, uint64_t val);
/* Whether EL0 may make this access (further than `access` says); false traps to EL1, or EL2. */
typedef bool ARMSysCheck(CPUARMState *env, const ARMSysReg *r, bool is_read);
typedef bool ARMSysPresent(const ARMCPU *cpu);
/* Whether the register is UNDEFINED in this state, apart from what its encoding says. */
typedef bool ARMSysUndefined(const CPUARMState *env);

/* Who may read and write. Encodings of EL2 and EL3 (op1 4 to 6) are theirs alone all the same. */
enum {
    SR_R1 = 1, /* EL1 and above read */
    SR_W1 = 2,
    SR_R0 = 4, /* EL0 reads */
    SR_W0 = 8,
    SR_RW1 = SR_R1 | SR_W1,
    SR_RW = SR_RW1 | SR_R0 | SR_W0,
    SR_R = SR_R1 | SR_R0,
    SR_RW1_R0 = SR_RW1 | SR_R0,
    SR_W = SR_W1 | SR_W0,
};

enum {
    SR_CONST = 1,   /* reads as `value`, writes are ignored */
    SR_NOP = 2,     /* an instruction without effect here */
    SR_END = 4,     /* the block ends after a write: the context, mode or code may have changed */
    SR_LAZY = 8,    /* the hooks neither raise, nor look at or change general registers */
    SR_BQL = 16,    /* the hooks run under the big lock */
    SR_ADDR = 32,   /* the operand is a virtual address: a fault is reported there */
    SR_FP = 64,     /* traps like an FP instruction */
    SR_UNIMP = 128, /* accepted, without effect, and logged with -d unimp */
};

struct ARMSysReg {
    const char *name;
    uint16_t enc; /* SYSREG() */
    uint8_t access;
    uint8_t flags;
    uint32_t offset; /* of the 64-bit field in CPUARMState, 0: none */
    uint64_t value;  /* of SR_CONST; else the bits of the field that can be written, 0: all */
    ARMSysRead *read;
    ARMSysWrite *write;
    ARMSysCheck *check;
    ARMSysPresent *present;     /* NULL: always */
    ARMSysUndefined *undefined; /* NULL: never */
    uint64_t reset;
};

#define SYSREG(op0, op1, crn, crm, op2)                                                            \
    ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define SYSREG_OP0(enc) ((enc) >> 14 & 3)
#define SYSREG_OP1(enc) ((enc) >> 11 & 7)
#define SYSREG_CRN(enc) ((enc) >> 7 & 15)
#define SYSREG_CRM(enc) ((enc) >> 3 & 15)
#define SYSREG_OP2(enc) ((enc)&7)

/* Bits of ICH_HCR_EL2 that trap accesses of EL1 to the ICC registers (IHI 0069 12.4.7): those that
 * both groups have, group 0's, group 1's, ICC_DIR_EL1. */
enum {
    ICH_HCR_TC = 1 << 10,
    ICH_HCR_TALL0 = 1 << 11,
    ICH_HCR_TALL1 = 1 << 12,
    ICH_HCR_TDIR = 1 << 14,
    ICH_HCR_TRAPS = ICH_HCR_TC | ICH_HCR_TALL0 | ICH_HCR_TALL1 | ICH_HCR_TDIR,
};

/* Adds @n rows, sorted by encoding, to @cpu; an encoding that is there already is a bug. */
void arm_define_sysregs(ARMCPU *cpu, const ARMSysReg *rows, size_t n);
/* The row of encoding @enc, NULL if the CPU has none. */
const ARMSysReg *arm_find_sysreg(const ARMCPU *cpu, uint16_t enc);

/*
 * Makes @gicv3 the CPU interface of @cpu, with its registers, which find it as cpu->gicv3: before
 * the CPU runs. @reset is called, under the big lock, when the CPU alone is reset. @world_changed
 * is called, with or without it, when the CPU may have entered or left EL3, if it has EL3.
 */
void arm_cpu_attach_gicv3(ARMCPU *cpu, void *gicv3, void (*reset)(void *gicv3),
                          void (*world_changed)(void *gicv3), const ARMSysReg *rows, size_t n);

/* The lowest Exception level for which encoding @enc exists, but for what rows say of EL0. */
static inline unsigned arm_sysreg_min_el(uint16_t enc)
{
    unsigned op1 = SYSREG_OP1(enc);

    /* Those of Secure EL1 have op1 7; their rows know what `secure` means. */
    return op1 == 7 ? 1 : op1 == 6 ? 3 : op1 >= 4 ? 2 : 0;
}

/* sysregs-trap.c */
/*
 * The register that an access with encoding @enc reaches in @mode: in the EL2&0 regime names of EL1
 * registers reach those of EL2, and names ending in _EL12 and _EL02 reach those of EL1 (D5.6.4).
 */
uint16_t arm_sysreg_redirect(uint16_t enc, uint32_t mode);
/* Whether arm_sysreg_trap_el() needs to be asked for this encoding at EL @el. */
bool arm_sysreg_may_trap(uint16_t enc, unsigned el);
/* Where EL2 or EL3 trap this access to, from the current level; 0: nowhere. */
unsigned arm_sysreg_trap_el(const CPUARMState *env, const ARMSysReg *r, bool is_read);

/* One file's rows. arm_sysreg_tables lists all, and ends with a NULL. */
typedef struct ARMSysRegTable {
    const char *name;
    const ARMSysReg *rows;
    size_t n;
} ARMSysRegTable;

extern const ARMSysRegTable arm_id_table, arm_control_table, arm_mmu_table, arm_debug_table,
    arm_cache_table, arm_tlb_table, arm_pmu_table, arm_timer_table, arm_impdef_table, arm_el2_table,
    arm_ras_table;
extern const ARMSysRegTable *const arm_sysreg_tables[];

/* Forms of rows. */
#define SR_ENC(o0, o1, n, m, o2) .enc = SYSREG(o0, o1, n, m, o2)
#define SR_FIELD(f)              .offset = offsetof(CPUARMState, f)
#define SR_TABLE(table)                                                                            \
    {                                                                                              \
#table, table, ARRAY_SIZE(table)                                                           \
    }

#endif
