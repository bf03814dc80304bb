/* SPDX-License-Identifier: MIT */
/*
 * Runs instruction tests through the translator and the IR interpreter, or with --jit the host back
 * end, without a machine: reads lines `kind row word` and prints what the guest's runner prints;
 * with --states every state too. A line "index undefined" says that the translator refused.
 */
#include "qemu/osdep.h"

#include <sys/mman.h>

#include "a64-decode.h"
#include "a64-simd-decode.h"
#include "isa-engine.h"
#include "isa-state.h"
#include "target/arm/tcg/translate.h"
#include "tcg/interp.h"

static CPUARMState env __attribute__((aligned(64)));
static ARMISARegisters all_features;

/* --- memory: the buffer lies at the guest's address --- */

void *isa_at(uint64_t addr, unsigned size)
{
    g_assert(addr >= ISA_BUF_ADDR && addr + size <= ISA_BUF_ADDR + ISA_BUF_SIZE);
    return (void *)(uintptr_t)addr;
}

static uint64_t isa_ld(CPUArchState *e, uint64_t addr, uint32_t memop, uint32_t unpriv)
{
    uint64_t v = 0;

    memcpy(&v, isa_at(addr, memop_size(memop)), memop_size(memop));
    return v;
}

static void isa_st(CPUArchState *e, uint64_t addr, uint64_t val, uint32_t memop, uint32_t unpriv)
{
    memcpy(isa_at(addr, memop_size(memop)), &val, memop_size(memop));
}

static void isa_mmu(CPUArchState *e, uint64_t addr, uint32_t memop, bool write)
{
    isa_at(addr, memop_span(memop));
}

static void *isa_host(CPUArchState *e, uint64_t addr, unsigned size)
{
    return isa_at(addr, size);
}

static const TCGInterpOps ops = {
    .cold_offset = offsetof(CPUARMState, cold),
    .ld = isa_ld,
    .st = isa_st,
    .mmu = isa_mmu,
    .host = isa_host,
    .fp_op = arm_fp_op,
};

/* --- one instruction --- */

static void state_to_env(const IsaState *s, uint32_t mode)
{
    memset(&env.tcg, 0, sizeof(env.tcg));
    memcpy(env.vregs, s->v, sizeof(s->v));
    memcpy(env.xregs, s->x, sizeof(s->x));
    env.xregs[31] = s->sp;
    env.isar = all_features;
    env.tcg.flag_kind = FLAGS_NZCV;
    env.tcg.flag_a = s->nzcv;
    vfp_set_fpcr(&env, s->fpcr);
    vfp_set_fpsr(&env, s->fpsr);
}

static void env_to_state(IsaState *s)
{
    memcpy(s->v, env.vregs, sizeof(s->v));
    memcpy(s->x, env.xregs, sizeof(s->x));
    s->sp = env.xregs[31];
    s->nzcv = tcg_flags_nzcv(env.tcg.flag_kind, env.tcg.flag_a, env.tcg.flag_b);
    s->fpsr = vfp_get_fpsr(&env);
    s->fpcr = vfp_get_fpcr(&env);
    s->pc = 4;
    s->signal = ISA_SIGILL; /* as if by the UDF that follows on a machine */
}

/* The mode bits that the floating-point translators look at. */
static uint32_t mode_of(const IsaState *s)
{
    uint32_t mode = 0; /* EL0 */

    mode |= s->fpcr & 1u << 24 ? MODE_FZ : 0;
    mode |= s->fpcr & (1u << 19 | 1u << 26) ? MODE_FZ16 : 0;
    return mode;
}

/* NULL where the translator refuses. */
static IRBlock *translate(TCGContext *tcg, uint32_t insn, uint32_t mode, bool optimize)
{
    DisasContext s = { .isar = &all_features, .mode = mode };
    IRBlock *ir = tcg_context_block(tcg);
    char *error;

    tcg_func_start(tcg);
    tcg_gen_insn_start(0);
    s.base.pc_next = 4;
    if (!disas_a64(&s, insn) && !disas_a64_simd(&s, insn)) {
        return NULL;
    }
    if (s.base.is_jmp != DISAS_NORETURN) {
        tcg_gen_exit_tb();
    }
    error = ir_verify(ir);
    if (error) {
        g_error("%08x: %s", insn, error);
    }
    if (optimize) {
        tcg_optimize(ir);
    }
    return ir;
}

static void print_state(const char *title, const IsaState *s)
{
    printf("%s\n", title);
    for (unsigned i = 0; i < 32; i++) {
        printf("v%02x %016" PRIx64 "%016" PRIx64 "\n", i, s->v[i][1], s->v[i][0]);
    }
    for (unsigned i = 0; i < 31; i++) {
        printf("x%02x %016x%016" PRIx64 "\n", i, 0, s->x[i]);
    }
    printf("s00 %016x%016" PRIx64 "\n", 0, s->sp);
    printf("n00 %016" PRIx64 "%016" PRIx64 "\n", s->nzcv, s->fpsr & 0x0800009f);
    printf("c00 %016x%016" PRIx64 "\n", 0, s->fpcr & 0x07c80000);
}

static bool jit, verbose;

static bool run(TCGContext *tcg, uint32_t insn, unsigned kind, uint64_t *digest)
{
    *digest = 0;
    for (unsigned i = 0; i < ISA_VARIANTS; i++) {
        IsaState s;
        TCGInterpExit out;
        IRBlock *ir;

        isa_state_init(&s, insn, 0, i, kind);
        state_to_env(&s, 0);
        if (verbose) {
            printf("@%02x %032x\n", i, 0);
            print_state("before", &s);
        }
        ir = translate(tcg, insn, mode_of(&s), jit || i & 1);
        if (!ir) {
            return false;
        }
        if (jit) {
            isa_jit_enter(&env, isa_jit_gen(ir));
        } else {
            tcg_interp_run(&ops, ir, &env, &out);
        }
        env_to_state(&s);
        if (verbose) {
            print_state("after", &s);
        }
        *digest = isa_digest(*digest, &s, kind);
    }
    return true;
}

int main(int argc, char **argv)
{
    TCGContext *tcg = tcg_context_new(arm_tcg_ops.globals, arm_tcg_ops.n_globals, NULL);
    uint32_t insn;
    unsigned kind;

    for (int i = 1; i < argc; i++) {
        jit |= !strcmp(argv[i], "--jit");
        verbose |= !strcmp(argv[i], "--states");
    }
    memset(&all_features, 0x11, sizeof(all_features));
    all_features.id_aa64isar0 |= 2 << ID_AA64ISAR0_AES | 2 << ID_AA64ISAR0_SHA2;
    all_features.id_aa64isar0 |= 2ull << ID_AA64ISAR0_TS;
    if (mmap((void *)ISA_BUF_ADDR, ISA_BUF_SIZE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *)ISA_BUF_ADDR) {
        fprintf(stderr, "isa-run: can not map the buffer at 0x%llx\n", ISA_BUF_ADDR);
        return 1;
    }
    if (jit) {
        isa_jit_init();
    }
    for (unsigned n = 0; scanf("%u %*s %" SCNx32 "%*[^\n]", &kind, &insn) == 2; n++) {
        uint64_t digest;

        if (run(tcg, insn, kind, &digest)) {
            printf("%08x %016" PRIx64 "\n", n, digest);
        } else {
            printf("%08x undefined\n", n);
        }
    }
    return 0;
}
