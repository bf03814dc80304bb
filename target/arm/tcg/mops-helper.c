/* SPDX-License-Identifier: MIT */
/* Memory copy and set (FEAT_MOPS): the bytes, and what is raised. See mops.c. */
#include "qemu/osdep.h"

#include "target/arm/internals.h"
#include "target/arm/syndrome.h"
#include "target/arm/tcg/mops.h"
#include "tcg/guest-access.h"
#include "tcg/translator.h"

#define PAGE_BYTES 4096u

void helper_mops_check(CPUARMState *env)
{
    unsigned el = arm_current_el(env);
    bool host = arm_in_host(env);

    if ((el < 2 && arm_el2_enabled(env) && !host && !(arm_hcrx(env) & HCRX_MSCEn)) ||
        (el == 0 && !(arm_sctlr(env) & SCTLR_MSCEn))) {
        arm_raise(env, EXCP_UDEF, syn_uncategorized());
    }
}

/* The Memory Copy and Memory Set exception: what runs is not what the prologue began (D19.2.40). */
static G_NORETURN void raise_mismatch(CPUARMState *env, uint64_t desc)
{
    uint32_t iss = desc >> MOPS_ISS_SHIFT;
    bool to_el2 = arm_current_el(env) == 1 && arm_el2_enabled(env) && (arm_hcrx(env) & HCRX_MCE2);

    iss |= desc & MOPS_SET ? 1u << 24 : 0;
    iss |= desc & MOPS_EPILOGUE ? 1u << 18 : 0;
    iss |= desc & MOPS_CARRY ? 1u << 17 : 0; /* the wrong option */
    iss |= 1u << 16;                         /* option A is ours */
    arm_raise_to(env, EXCP_MOPS, syn_make(EC_MOPS, iss), to_el2 ? 2 : 0);
}

/* Bytes from @addr to the end of its page, or from the beginning of its page to before @addr. */
static unsigned page_rest(uint64_t addr, bool backward)
{
    return backward ? ((addr - 1) & (PAGE_BYTES - 1)) + 1 : PAGE_BYTES - (addr & (PAGE_BYTES - 1));
}

static unsigned unpriv_bit(uint64_t desc, unsigned bit)
{
    return (desc & bit) != 0;
}

uint64_t helper_mops_copy(CPUARMState *env, uint64_t to, uint64_t from, uint64_t n, uint64_t desc)
{
    bool backward = (desc & MOPS_BOTH_WAYS) && (int64_t)n > 0;
    unsigned wu = unpriv_bit(desc, MOPS_WRITE_UNPRIV), ru = unpriv_bit(desc, MOPS_READ_UNPRIV);
    uint64_t left = backward ? n : -n;
    unsigned len;
    void *dst, *src;

    if (n == 0) {
        return 0;
    }
    if (desc & MOPS_CARRY) {
        raise_mismatch(env, desc);
    }
    to += n;
    from += n;
    len = MIN(left, MIN(page_rest(to, backward), page_rest(from, backward)));
    if (backward) {
        to -= len;
        from -= len;
    }
    src = cpu_probe_read(env, from, len, ru);
    dst = cpu_probe_host(env, to, len, MMU_DATA_STORE, wu);
    if (src && dst) {
        memmove(dst, src, len);
    } else { /* a device: byte by byte, the last one first where that is the way */
        to += backward ? len - 1 : 0;
        from += backward ? len - 1 : 0;
        len = 1;
        cpu_st_mmu(env, to, cpu_ld_mmu(env, from, MO_8, ru), MO_8, wu);
    }
    return backward ? -(uint64_t)len : len;
}

uint64_t helper_mops_set(CPUARMState *env, uint64_t to, uint64_t data, uint64_t n, uint64_t desc)
{
    unsigned unpriv = unpriv_bit(desc, MOPS_WRITE_UNPRIV), len;
    void *dst;

    if (n == 0) {
        return 0;
    }
    if (desc & MOPS_CARRY) {
        raise_mismatch(env, desc);
    }
    to += n;
    len = MIN(-n, page_rest(to, false));
    dst = cpu_probe_host(env, to, len, MMU_DATA_STORE, unpriv);
    if (dst) {
        memset(dst, (uint8_t)data, len);
        return len;
    }
    cpu_st_mmu(env, to, (uint8_t)data, MO_8, unpriv);
    return 1;
}

void helper_mops_end(CPUARMState *env, uint64_t n, uint64_t desc)
{
    if (n) {
        raise_mismatch(env, desc);
    }
}
