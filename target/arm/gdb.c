/* SPDX-License-Identifier: MIT */
/*
 * A64 registers for debuggers: gdb's features org.gnu.gdb.aarch64.core and .fpu (GDB manual G.5.1),
 * and the system registers, from the tables that instructions use too.
 */
#include "qemu/osdep.h"

#include "exec/gdbstub.h"
#include "qemu/bswap.h"
#include "target/arm/internals.h"
#include "target/arm/sysregs.h"

static int put32(GByteArray *buf, uint32_t value)
{
    uint8_t bytes[4];

    stl_le_p(bytes, value);
    g_byte_array_append(buf, bytes, sizeof(bytes));
    return sizeof(bytes);
}

static int put64(GByteArray *buf, uint64_t value)
{
    uint8_t bytes[8];

    stq_le_p(bytes, value);
    g_byte_array_append(buf, bytes, sizeof(bytes));
    return sizeof(bytes);
}

/* ---- general registers: x0 to x30, sp, pc, cpsr ---- */

enum { CORE_SP = 31, CORE_PC, CORE_CPSR };

static int core_get(CPUState *cs, GByteArray *buf, int n)
{
    CPUARMState *env = cpu_env(cs);

    switch (n) {
    case CORE_CPSR:
        return put32(buf, pstate_read(env));
    case CORE_PC:
        return put64(buf, env->pc);
    default: /* x0 to x30, and the stack pointer in use */
        return put64(buf, env->xregs[n]);
    }
}

/* What no exception return could give is left as it is: AArch32, Exception levels that are not
 * there, EL0 with SP_EL1. */
static void set_pstate(CPUARMState *env, uint64_t val)
{
    const uint64_t mode = PSTATE_M32 | PSTATE_EL | PSTATE_SP | 2;

    if ((val & mode) != PSTATE_EL0t && (val & mode) != PSTATE_EL1t && (val & mode) != PSTATE_EL1h) {
        val = (val & ~mode) | (env->pstate & mode);
    }
    pstate_write(env, val);
    arm_daif_changed(env);
}

static int core_set(CPUState *cs, const uint8_t *buf, int n)
{
    CPUARMState *env = cpu_env(cs);

    switch (n) {
    case CORE_CPSR:
        set_pstate(env, ldl_le_p(buf));
        return 4;
    case CORE_PC:
        env->pc = ldq_le_p(buf);
        return 8;
    default:
        env->xregs[n] = ldq_le_p(buf);
        arm_mode_changed(env); /* for the alignment of the stack pointer */
        return 8;
    }
}

static GDBFeature *core_feature(void)
{
    static const struct {
        const char *name;
        int bit, last;
    } flags[] = {
        { "SP", 0, 0 },     { "EL", 2, 3 },    { "nRW", 4, 4 },  { "F", 6, 6 },
        { "I", 7, 7 },      { "A", 8, 8 },     { "D", 9, 9 },    { "BTYPE", 10, 11 },
        { "SSBS", 12, 12 }, { "IL", 20, 20 },  { "SS", 21, 21 }, { "PAN", 22, 22 },
        { "UAO", 23, 23 },  { "DIT", 24, 24 }, { "V", 28, 28 },  { "C", 29, 29 },
        { "Z", 30, 30 },    { "N", 31, 31 },
    };
    GDBFeatureBuilder b;

    gdb_feature_builder_init(&b, "org.gnu.gdb.aarch64.core", "aarch64-core.xml");
    gdb_feature_builder_append_tag(&b, "<flags id=\"cpsr_flags\" size=\"4\">");
    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        gdb_feature_builder_append_tag(&b, "<field name=\"%s\" start=\"%d\" end=\"%d\"/>",
                                       flags[i].name, flags[i].bit, flags[i].last);
    }
    gdb_feature_builder_append_tag(&b, "</flags>");
    for (int i = 0; i < 31; i++) {
        char name[8];
        snprintf(name, sizeof(name), "x%d", i);
        gdb_feature_builder_append_reg(&b, name, 64, NULL, NULL);
    }
    gdb_feature_builder_append_reg(&b, "sp", 64, "data_ptr", NULL);
    gdb_feature_builder_append_reg(&b, "pc", 64, "code_ptr", NULL);
    gdb_feature_builder_append_reg(&b, "cpsr", 32, "cpsr_flags", NULL);
    return gdb_feature_builder_end(&b);
}

/* ---- FP and SIMD: v0 to v31, fpsr, fpcr ---- */

enum { FPU_FPSR = 32, FPU_FPCR, FPU_NUM };

static int fpu_get(CPUState *cs, GByteArray *buf, int n)
{
    CPUARMState *env = cpu_env(cs);

    switch (n) {
    case FPU_FPSR:
        return put32(buf, vfp_get_fpsr(env));
    case FPU_FPCR:
        return put32(buf, vfp_get_fpcr(env));
    default:
        return put64(buf, env->vregs[n].d[0]) + put64(buf, env->vregs[n].d[1]);
    }
}

static int fpu_set(CPUState *cs, const uint8_t *buf, int n)
{
    CPUARMState *env = cpu_env(cs);

    switch (n) {
    case FPU_FPSR:
        vfp_set_fpsr(env, ldl_le_p(buf));
        return 4;
    case FPU_FPCR:
        vfp_set_fpcr(env, ldl_le_p(buf));
        arm_mode_changed(env);
        return 4;
    default:
        env->vregs[n].d[0] = ldq_le_p(buf);
        env->vregs[n].d[1] = ldq_le_p(buf + 8);
        return 16;
    }
}

/* A vector register as gdb shows it: by element size, then as floating point, unsigned, signed. */
static void vector_types(GDBFeatureBuilder *b)
{
    static const struct {
        char size;
        int count;
        const char *f, *u, *s; /* types of the elements */
    } kinds[] = {
        { 'd', 2, "ieee_double", "uint64", "int64" }, { 's', 4, "ieee_single", "uint32", "int32" },
        { 'h', 8, "ieee_half", "uint16", "int16" },   { 'b', 16, NULL, "uint8", "int8" },
        { 'q', 1, NULL, "uint128", "int128" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const char *const type[] = { kinds[i].f, kinds[i].u, kinds[i].s };
        for (int k = 0; k < 3; k++) {
            if (type[k]) {
                gdb_feature_builder_append_tag(
                    b, "<vector id=\"v%d%c%c\" type=\"%s\" count=\"%d\"/>", kinds[i].count,
                    kinds[i].size, "fus"[k], type[k], kinds[i].count);
            }
        }
        gdb_feature_builder_append_tag(b, "<union id=\"vn%c\">", kinds[i].size);
        for (int k = 0; k < 3; k++) {
            if (type[k]) {
                gdb_feature_builder_append_tag(b, "<field name=\"%c\" type=\"v%d%c%c\"/>", "fus"[k],
                                               kinds[i].count, kinds[i].size, "fus"[k]);
            }
        }
        gdb_feature_builder_append_tag(b, "</union>");
    }
    gdb_feature_builder_append_tag(b, "<union id=\"aarch64v\">");
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        gdb_feature_builder_append_tag(b, "<field name=\"%c\" type=\"vn%c\"/>", kinds[i].size,
                                       kinds[i].size);
    }
    gdb_feature_builder_append_tag(b, "</union>");
}

static GDBFeature *fpu_feature(void)
{
    GDBFeatureBuilder b;

    gdb_feature_builder_init(&b, "org.gnu.gdb.aarch64.fpu", "aarch64-fpu.xml");
    vector_types(&b);
    for (int i = 0; i < 32; i++) {
        char name[8];
        snprintf(name, sizeof(name), "v%d", i);
        gdb_feature_builder_append_reg(&b, name, 128, "aarch64v", NULL);
    }
    gdb_feature_builder_append_reg(&b, "fpsr", 32, "int", "float");
    gdb_feature_builder_append_reg(&b, "fpcr", 32, "int", "float");
    return gdb_feature_builder_end(&b);
}

/* ---- system registers ---- */

static const ARMSysReg *sysreg_row(CPUState *cs, int n)
{
    return g_ptr_array_index(ARM_CPU(cs)->gdb_sysregs, n);
}

/* The hooks of the rows that is_shown() chooses neither raise exceptions nor have side effects. */
static int sysreg_get(CPUState *cs, GByteArray *buf, int n)
{
    const ARMSysReg *r = sysreg_row(cs, n);
    CPUARMState *env = cpu_env(cs);

    if (r->flags & SR_CONST) {
        return put64(buf, r->value);
    }
    if (r->read) {
        return put64(buf, r->read(env, r));
    }
    return put64(buf, *(uint64_t *)((char *)env + r->offset));
}

static int sysreg_set(CPUState *cs, const uint8_t *buf, int n)
{
    const ARMSysReg *r = sysreg_row(cs, n);
    CPUARMState *env = cpu_env(cs);
    uint64_t val = ldq_le_p(buf);

    if (!(r->access & SR_W1)) {
        return 0;
    }
    if (r->write) {
        r->write(env, r, val);
    } else if (r->offset) {
        *(uint64_t *)((char *)env + r->offset) = r->value ? val & r->value : val;
    }
    return 8;
}

/* Registers, not instructions (op0 is 0 or 1 then), that EL1 can read; without those that are
 * reserved, and FPCR and FPSR, which are in the other feature. RNDR and RNDRRS change the flags. */
static bool is_shown(const ARMSysReg *r)
{
    return SYSREG_OP0(r->enc) >= 2 && !g_str_has_prefix(r->name, "ID_RES") &&
           !g_str_has_prefix(r->name, "RNDR") && (r->access & SR_R1) &&
           !(r->flags & (SR_NOP | SR_FP)) && ((r->flags & SR_CONST) || r->read || r->offset);
}

static gint by_encoding(gconstpointer a, gconstpointer b)
{
    const ARMSysReg *const *ra = a, *const *rb = b;

    return (*ra)->enc - (*rb)->enc;
}

static GDBFeature *sysreg_feature(ARMCPU *cpu)
{
    GDBFeatureBuilder b;
    GHashTableIter iter;
    gpointer row;

    cpu->gdb_sysregs = g_ptr_array_new();
    g_hash_table_iter_init(&iter, cpu->sysregs);
    while (g_hash_table_iter_next(&iter, NULL, &row)) {
        if (is_shown(row)) {
            g_ptr_array_add(cpu->gdb_sysregs, row);
        }
    }
    g_ptr_array_sort(cpu->gdb_sysregs, by_encoding);
    gdb_feature_builder_init(&b, "org.qemu.gdb.aarch64.sys.regs", "system-registers.xml");
    for (guint i = 0; i < cpu->gdb_sysregs->len; i++) {
        const ARMSysReg *r = g_ptr_array_index(cpu->gdb_sysregs, i);
        gdb_feature_builder_append_reg(&b, r->name, 64, "uint64", "system");
    }
    return gdb_feature_builder_end(&b);
}

void arm_register_gdb_regs(ARMCPU *cpu)
{
    CPUState *cs = CPU(cpu);

    gdb_register_coprocessor(cs, core_get, core_set, core_feature());
    gdb_register_coprocessor(cs, fpu_get, fpu_set, fpu_feature());
    gdb_register_coprocessor(cs, sysreg_get, sysreg_set, sysreg_feature(cpu));
}
