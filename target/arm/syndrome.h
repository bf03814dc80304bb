/* SPDX-License-Identifier: MIT */
/* Exception syndromes: the layout of ESR_EL1 (D19.2.40). */
#ifndef TARGET_ARM_SYNDROME_H
#define TARGET_ARM_SYNDROME_H

#include "qemu/osdep.h"

enum {
    EC_UNCATEGORIZED = 0x00,
    EC_WFX_TRAP = 0x01,
    EC_FP_ACCESS = 0x07,
    EC_PAUTH_TRAP = 0x09,
    EC_LS64_TRAP = 0x0a,
    EC_BRANCH_TARGET = 0x0d,
    EC_ILLEGAL_STATE = 0x0e,
    EC_SVC64 = 0x15,
    EC_HVC64 = 0x16,
    EC_SMC64 = 0x17,
    EC_SYS_TRAP = 0x18,
    EC_PAUTH_FAILURE = 0x1c,
    EC_INSN_ABORT_LOWER = 0x20,
    EC_INSN_ABORT_SAME = 0x21,
    EC_PC_ALIGNMENT = 0x22,
    EC_DATA_ABORT_LOWER = 0x24,
    EC_DATA_ABORT_SAME = 0x25,
    EC_SP_ALIGNMENT = 0x26,
    EC_MOPS = 0x27,
    EC_SERROR = 0x2f,
    EC_BREAKPOINT_LOWER = 0x30,
    EC_STEP_LOWER = 0x32,
    EC_STEP_SAME = 0x33,
    EC_WATCHPOINT_LOWER = 0x34,
    EC_BRK64 = 0x3c,
};

#define SYN_EC_SHIFT 26
#define SYN_IL       (1u << 25) /* the instruction has 32 bits */

/* DFSC and IFSC, without the level that the first five add. */
enum {
    FSC_ADDRESS_SIZE = 0x00,
    FSC_TRANSLATION = 0x04,
    FSC_ACCESS_FLAG = 0x08,
    FSC_PERMISSION = 0x0c,
    FSC_EXTERNAL = 0x10,
    FSC_EXTERNAL_WALK = 0x14,
    FSC_ALIGNMENT = 0x21,
    FSC_DEBUG = 0x22,
    FSC_TLB_CONFLICT = 0x30,
    FSC_ATOMIC_UPDATE = 0x31,
    FSC_UNSUPPORTED_ATOMIC = 0x35,
};

static inline uint32_t syn_make(unsigned ec, uint32_t iss)
{
    return (uint32_t)ec << SYN_EC_SHIFT | SYN_IL | iss;
}

static inline uint32_t syn_ec(uint32_t syndrome)
{
    return syndrome >> SYN_EC_SHIFT;
}

static inline uint32_t syn_uncategorized(void)
{
    return syn_make(EC_UNCATEGORIZED, 0);
}

/* @unpriv_or_ea: bit 9 is EA of an external abort. */
static inline uint32_t syn_insn_abort(bool same_el, bool ea, bool s1ptw, unsigned fsc)
{
    return syn_make(same_el ? EC_INSN_ABORT_SAME : EC_INSN_ABORT_LOWER,
                    (uint32_t)ea << 9 | (uint32_t)s1ptw << 7 | fsc);
}

/* No instruction syndrome (ISV = 0): that is only for stage 2. @cm: a cache maintenance operation.
 */
static inline uint32_t syn_data_abort(bool same_el, bool ea, bool cm, bool write, unsigned fsc)
{
    return syn_make(same_el ? EC_DATA_ABORT_SAME : EC_DATA_ABORT_LOWER,
                    (uint32_t)ea << 9 | (uint32_t)cm << 8 | (uint32_t)write << 6 | fsc);
}

/* Encoding as in sysregs.h; @read: MRS or SYSL. */
static inline uint32_t syn_sys_trap(unsigned op0, unsigned op1, unsigned crn, unsigned crm,
                                    unsigned op2, unsigned rt, bool read)
{
    return syn_make(EC_SYS_TRAP, op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | rt << 5 |
                                     crm << 1 | (uint32_t)read);
}

/*
 * @iss: 0 WFI, 1 WFE, 2 WFIT, 3 WFET; of the latter two also RV, 4, and the register's number in
 * bits 9:5. CV is set and COND is AL, as in AArch64 state.
 */
static inline uint32_t syn_wfx(unsigned iss)
{
    return syn_make(EC_WFX_TRAP, 1u << 24 | 0xeu << 20 | iss);
}

static inline uint32_t syn_fp_access(void)
{
    return syn_make(EC_FP_ACCESS, 1u << 24 | 0xeu << 20);
}

#endif
