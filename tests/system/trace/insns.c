/* SPDX-License-Identifier: MIT */
/* All the instructions that access memory, for the syndromes of their faults. */
#include "trace.h"

CODE(ldrb_, "ldrb w1, [x0]");
CODE(ldrsb_, "ldrsb x1, [x0]");
CODE(ldrh_, "ldrh w1, [x0]");
CODE(ldrsh_, "ldrsh w1, [x0]");
CODE(ldrw_, "ldr w1, [x0]");
CODE(ldrsw_, "ldrsw x1, [x0]");
CODE(ldr_pre, "mov x2, x0\n ldr x1, [x2, #8]!\n mov x0, #0");
CODE(ldr_post, "mov x2, x0\n ldr x1, [x2], #8\n sub x0, x2, x0");
CODE(str_post, "mov x2, x0\n str x1, [x2], #8\n sub x0, x2, x0");
CODE(strb_, "strb w1, [x0]");
CODE(strh_, "strh w1, [x0]");
CODE(strw_, "str w1, [x0]");
CODE(str_xzr, "str xzr, [x0]");
CODE(ldr_lit, "ldr x1, .");
CODE(ldp_, "ldp x1, x2, [x0]");
CODE(ldp_w, "ldp w1, w2, [x0]");
CODE(ldpsw_, "ldpsw x1, x2, [x0]");
CODE(stp_, "stp x1, x2, [x0]");
CODE(ldnp_, "ldnp x1, x2, [x0]");
CODE(ldur_, "ldur x1, [x0]");
CODE(ldar_, "ldar x1, [x0]");
CODE(ldarb_, "ldarb w1, [x0]");
CODE(stlr_, "stlr x1, [x0]");
CODE(ldxr_, "ldxr x1, [x0]");
CODE(ldxrb_, "ldxrb w1, [x0]");
CODE(ldaxr_, "ldaxr w1, [x0]");
CODE(ldxp_, "ldxp x1, x2, [x0]");
CODE(stxr_fails, "clrex\n stxr w1, x2, [x0]\n mov w0, w1");
CODE(stxp_fails, "clrex\n stxp w1, x2, x3, [x0]\n mov w0, w1");
CODE(ldtr_, "ldtr x1, [x0]");
CODE(sttr_, "sttr x1, [x0]");
CODE(ldtrsb_, "ldtrsb x1, [x0]");
CODE(prfm_, "prfm pldl1keep, [x0]");
CODE(prfm_i, "prfm plil1keep, [x0]");
CODE(ldr_q, "ldr q1, [x0]");
CODE(str_q, "str q1, [x0]");
CODE(ldr_b, "ldr b1, [x0]");
CODE(ldp_q, "ldp q1, q2, [x0]");
CODE(stp_q, "stp q1, q2, [x0]");
CODE(ld1_4, "ld1 {v1.16b-v4.16b}, [x0]");
CODE(st1_4, "st1 {v1.16b-v4.16b}, [x0]");
CODE(ld4_, "ld4 {v1.4s-v4.4s}, [x0]");
CODE(st2_, "st2 {v1.2d-v2.2d}, [x0]");
CODE(ld1_lane, "ld1 {v1.h}[3], [x0]");
CODE(ld1r_, "ld1r {v1.8h}, [x0]");
CODE(dc_zva, "dc zva, x0");
CODE(dc_cvac, "dc cvac, x0");
CODE(dc_cvau, "dc cvau, x0");
CODE(dc_civac, "dc civac, x0");
CODE(ic_ivau, "ic ivau, x0");
CODE(dc_ivac, "dc ivac, x0");
CODE(ldadd_, "ldadd x1, x1, [x0]");
CODE(stadd_, "stadd x1, [x0]");
CODE(ldclrb_, "ldclrb w1, w1, [x0]");
CODE(swp_, "swpal x1, x1, [x0]");
CODE(swph_, "swph w1, w1, [x0]");
CODE(cas_, "cas x1, x2, [x0]");
CODE(casb_, "casb w1, w2, [x0]");
CODE(casp_, "casp x2, x3, x4, x5, [x0]");
CODE(ldapr_, "ldapr x1, [x0]");

typedef struct Insn {
    const char *name;
    const uint32_t *code;
    bool v81;
} Insn;

#define I(name)                                                                                    \
    {                                                                                              \
#name, name, false                                                                         \
    }
#define I81(name)                                                                                  \
    {                                                                                              \
#name, name, true                                                                          \
    }

static const Insn insns[] = {
    I(ldrb_),   I(ldrsb_),     I(ldrh_),      I(ldrsh_),   I(ldrw_),    I(ldrsw_),   I(load),
    I(ldr_pre), I(ldr_post),   I(str_post),   I(strb_),    I(strh_),    I(strw_),    I(store),
    I(str_xzr), I(ldr_lit),    I(ldp_),       I(ldp_w),    I(ldpsw_),   I(stp_),     I(ldnp_),
    I(ldur_),   I(ldar_),      I(ldarb_),     I(stlr_),    I(ldxr_),    I(ldxrb_),   I(ldaxr_),
    I(ldxp_),   I(stxr_fails), I(stxp_fails), I(ldtr_),    I(sttr_),    I(ldtrsb_),  I(prfm_),
    I(prfm_i),  I(ldr_q),      I(str_q),      I(ldr_b),    I(ldp_q),    I(stp_q),    I(ld1_4),
    I(st1_4),   I(ld4_),       I(st2_),       I(ld1_lane), I(ld1r_),    I(dc_zva),   I(dc_cvac),
    I(dc_cvau), I(dc_civac),   I(ic_ivau),    I(dc_ivac),  I81(ldadd_), I81(stadd_), I81(ldclrb_),
    I81(swp_),  I81(swph_),    I81(cas_),     I81(casb_),  I81(casp_),  I81(ldapr_),
};

static bool has_lse(void)
{
    return id_field(READ(id_aa64isar0_el1), 20) && id_field(READ(id_aa64isar1_el1), 20);
}

void all_insns(const char *where, uint64_t addr, uint64_t mode)
{
    for (size_t i = 0; i < ARRAY_LEN(insns); i++) {
        if (insns[i].v81 && !has_lse()) {
            continue;
        }
        name_case("%s, EL%u %s", where, (unsigned)(mode >> 2 & 3), insns[i].name);
        RUN(mode, insns[i].code, addr);
        if (!taken) {
            print("%s, EL%u %s: ok\n", where, (unsigned)(mode >> 2 & 3), insns[i].name);
        }
    }
}
