/* SPDX-License-Identifier: MIT */
/*
 * Self-hosted debug (D19.3). Software step and BRK are implemented. The two breakpoints and two
 * watchpoints that the architecture requires at the least hold their values but never match, which
 * is reported (-d unimp) when one is enabled. There is no external debugger: the communication
 * channel is always empty.
 */
#include "qemu/osdep.h"

#include "qemu/log.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

static void mdscr_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->sys.mdscr = val & 0xffffffff;
    arm_mode_changed(env);
}

static void oslar_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    env->sys.oslock = val & 1;
    arm_mode_changed(env);
}

/* OSLM says that the lock is implemented (bit 3). */
static uint64_t oslsr_read(CPUARMState *env, const ARMSysReg *r)
{
    return 1 << 3 | env->sys.oslock << 1;
}

static void point_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    *(uint64_t *)((char *)env + r->offset) = val & 0xffffffff;
    if (val & 1) {
        qemu_log_mask(LOG_UNIMP, "%s: hardware breakpoints and watchpoints do not match\n",
                      r->name);
    }
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
    return !(env->sys.mdscr & 1 << 12);
}

#define DBG(name_, n, m, o2, f)                                                                    \
    {                                                                                              \
        .name = name_, SR_ENC(2, 0, n, m, o2), .access = SR_RW1, SR_FIELD(f)                       \
    }
#define VALUE(name_, m, o2, f) DBG(name_, 0, m, o2, f)
#define CONTROL(name_, m, o2, f)                                                                   \
    {                                                                                              \
        .name = name_, SR_ENC(2, 0, 0, m, o2), .access = SR_RW1, .flags = SR_LAZY, SR_FIELD(f),    \
        .write = point_write                                                                       \
    }
#define CONSTANT(name_, o1, n, m, o2, rights)                                                      \
    {                                                                                              \
        .name = name_, SR_ENC(2, o1, n, m, o2), .access = rights, .flags = SR_CONST                \
    }

static const ARMSysReg debug_rows[] = {
    DBG("OSDTRRX_EL1", 0, 0, 2, sys.osdtrrx),
    VALUE("DBGBVR0_EL1", 0, 4, sys.dbgbvr[0]),
    CONTROL("DBGBCR0_EL1", 0, 5, sys.dbgbcr[0]),
    VALUE("DBGWVR0_EL1", 0, 6, sys.dbgwvr[0]),
    CONTROL("DBGWCR0_EL1", 0, 7, sys.dbgwcr[0]),
    VALUE("DBGBVR1_EL1", 1, 4, sys.dbgbvr[1]),
    CONTROL("DBGBCR1_EL1", 1, 5, sys.dbgbcr[1]),
    VALUE("DBGWVR1_EL1", 1, 6, sys.dbgwvr[1]),
    CONTROL("DBGWCR1_EL1", 1, 7, sys.dbgwcr[1]),
    DBG("MDCCINT_EL1", 0, 2, 0, sys.mdccint),
    { .name = "MDSCR_EL1",
      SR_ENC(2, 0, 0, 2, 2),
      .access = SR_RW1,
      .flags = SR_END,
      SR_FIELD(sys.mdscr),
      .write = mdscr_write },
    DBG("OSDTRTX_EL1", 0, 3, 2, sys.osdtrtx),
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
    DBG("OSDLR_EL1", 1, 3, 4, sys.osdlr),
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
