/* SPDX-License-Identifier: MIT */
/*
 * The registers of self-hosted debug (D19.3); debug.c acts on them. There is no external debugger:
 * the communication channel is always empty, and the registers that save its state for a power down
 * (OSDTRRX_EL1 and others) only hold what was written.
 */
#include "qemu/osdep.h"

#include "qemu/bitops.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

static void changed(CPUARMState *env)
{
    arm_debug_update(env);
    arm_mode_changed(env);
}

/* RXfull, TXfull, RXO, TXU, INTdis, TDA, SC2, HDE and ERR can be written under the OS lock only. */
#define MDSCR_LOCKED 0x6ce84040ull
#define MDSCR_MASK   (MDSCR_LOCKED | MDSCR_SS | MDSCR_TDCC | MDSCR_KDE | MDSCR_MDE)

static void mdscr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t mask = env->sys.oslock ? MDSCR_MASK : MDSCR_MASK & ~MDSCR_LOCKED;

    env->sys.mdscr = (env->sys.mdscr & ~mask) | (val & mask);
    changed(env);
}

static void oslar_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->sys.oslock = val & 1;
    changed(env);
}

/* FEAT_DoubleLock */
static void osdlr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->sys.osdlr = val & 1;
    changed(env);
}

/* OSLM says that the lock is implemented (bit 3). */
static uint64_t oslsr_read(CPUARMState *env, const ARMSysReg *r)
{
    return 1 << 3 | env->sys.oslock << 1;
}

/* Without AArch32 the byte address select is all ones (D19.3.2). */
#define DBGBCR_MASK 0x00ffe007u
#define DBGBCR_BAS  0x000001e0u
#define DBGWCR_MASK 0x1f1fffffu

static void point_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    uint64_t *field = (uint64_t *)((char *)env + r->offset);

    switch (SYSREG_OP2(r->enc)) {
    case 5:
        *field = (val & DBGBCR_MASK) | DBGBCR_BAS;
        break;
    case 6:
        *field = (uint64_t)sextract64(val, 0, 49) & ~UINT64_C(3);
        break;
    case 7:
        *field = val & DBGWCR_MASK;
        break;
    default: /* an address or two identifiers: any value */
        *field = val;
        break;
    }
    arm_debug_update(env);
}

static void claim_set(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->sys.dbgclaim |= val & 0xff;
}

static uint64_t claim_read_set(CPUARMState *env, const ARMSysReg *r)
{
    return 0xff;
}

static void claim_clear(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->sys.dbgclaim &= ~(val & 0xff);
}

/* EL0 may use the channel unless MDSCR_EL1.TDCC is set. */
static bool tdcc_allows(CPUARMState *env, const ARMSysReg *r, bool is_read)
{
    return !(env->sys.mdscr & MDSCR_TDCC);
}

#define DBG(name_, n, m, o2, f)                                                                    \
    {                                                                                              \
        .name = name_, SR_ENC(2, 0, n, m, o2), .access = SR_RW1, SR_FIELD(f)                       \
    }
#define POINT(name_, m, o2, f)                                                                     \
    {                                                                                              \
        .name = name_, SR_ENC(2, 0, 0, m, o2), .access = SR_RW1, .flags = SR_END, SR_FIELD(f),     \
        .write = point_write                                                                       \
    }
#define BREAKPOINT(n)                                                                              \
    POINT("DBGBVR" #n "_EL1", n, 4, sys.dbgbvr[n]), POINT("DBGBCR" #n "_EL1", n, 5, sys.dbgbcr[n])
#define WATCHPOINT(n)                                                                              \
    POINT("DBGWVR" #n "_EL1", n, 6, sys.dbgwvr[n]), POINT("DBGWCR" #n "_EL1", n, 7, sys.dbgwcr[n])
#define CONSTANT(name_, o1, n, m, o2, rights)                                                      \
    {                                                                                              \
        .name = name_, SR_ENC(2, o1, n, m, o2), .access = rights, .flags = SR_CONST                \
    }

static const ARMSysReg debug_rows[] = {
    DBG("OSDTRRX_EL1", 0, 0, 2, sys.osdtrrx),
    BREAKPOINT(0),
    WATCHPOINT(0),
    BREAKPOINT(1),
    WATCHPOINT(1),
    DBG("MDCCINT_EL1", 0, 2, 0, sys.mdccint),
    { .name = "MDSCR_EL1",
      SR_ENC(2, 0, 0, 2, 2),
      .access = SR_RW1,
      .flags = SR_END,
      SR_FIELD(sys.mdscr),
      .write = mdscr_write },
    BREAKPOINT(2),
    WATCHPOINT(2),
    DBG("OSDTRTX_EL1", 0, 3, 2, sys.osdtrtx),
    BREAKPOINT(3),
    WATCHPOINT(3),
    BREAKPOINT(4),
    BREAKPOINT(5),
    DBG("OSECCR_EL1", 0, 6, 2, sys.oseccr),
    CONSTANT("MDRAR_EL1", 0, 1, 0, 0, SR_R1),
    { .name = "OSLAR_EL1",
      SR_ENC(2, 0, 1, 0, 4),
      .access = SR_W1,
      .flags = SR_END,
      .write = oslar_write },
    { .name = "OSLSR_EL1",
      SR_ENC(2, 0, 1, 1, 4),
      .access = SR_R1,
      .flags = SR_LAZY,
      .read = oslsr_read },
    { .name = "OSDLR_EL1",
      SR_ENC(2, 0, 1, 3, 4),
      .access = SR_RW1,
      .flags = SR_END,
      SR_FIELD(sys.osdlr),
      .write = osdlr_write },
    CONSTANT("DBGPRCR_EL1", 0, 1, 4, 4, SR_RW1),
    { .name = "DBGCLAIMSET_EL1",
      SR_ENC(2, 0, 7, 8, 6),
      .access = SR_RW1,
      .flags = SR_LAZY,
      .read = claim_read_set,
      .write = claim_set },
    { .name = "DBGCLAIMCLR_EL1",
      SR_ENC(2, 0, 7, 9, 6),
      .access = SR_RW1,
      .flags = SR_LAZY,
      SR_FIELD(sys.dbgclaim),
      .write = claim_clear },
    CONSTANT("DBGAUTHSTATUS_EL1", 0, 7, 14, 6, SR_R1),
    { .name = "MDCCSR_EL0",
      SR_ENC(2, 3, 0, 1, 0),
      .access = SR_R,
      .flags = SR_CONST,
      .check = tdcc_allows },
    { .name = "DBGDTR_EL0",
      SR_ENC(2, 3, 0, 4, 0),
      .access = SR_RW,
      .flags = SR_CONST,
      .check = tdcc_allows },
    { .name = "DBGDTRRX_EL0",
      SR_ENC(2, 3, 0, 5, 0),
      .access = SR_RW,
      .flags = SR_CONST,
      .check = tdcc_allows },
};

const ARMSysRegTable arm_debug_table = SR_TABLE(debug_rows);
