/* SPDX-License-Identifier: MIT */
/*
 * What the host CPU has and what of it may be used. By default all; with a level of the x86-64 ABI
 * (-accel tcg,host-isa=v3) only what every CPU of that level has, so that the code made for a guest
 * sequence is the same everywhere. The levels do not contain AES, PCLMULQDQ and SHA.
 *
 * FSGSBASE is not part of any level either, but there is no code without it.
 */
#include "gen.h"
#include "qapi/error.h"
#include <cpuid.h>
#include <sys/auxv.h>

enum { EBX, ECX, EDX }; /* of leaf 7, 1 or 0x80000001 */

typedef struct Feature {
    uint32_t leaf;
    uint8_t reg, bit;
    uint8_t level; /* of the ABI that has it first */
    const char *name;
} Feature;

static const Feature features[] = {
    { 1, ECX, 28, 3, "AVX" },
    { 7, EBX, 5, 3, "AVX2" },
    { 7, EBX, 3, 3, "BMI" },
    { 7, EBX, 8, 3, "BMI2" },
    { 1, ECX, 29, 3, "F16C" },
    { 1, ECX, 12, 3, "FMA" },
    { 0x80000001, ECX, 5, 3, "LZCNT" },
    { 1, ECX, 22, 3, "MOVBE" },
    { 7, EBX, 16, 4, "AVX512F" },
    { 7, EBX, 17, 4, "AVX512DQ" },
    { 7, EBX, 28, 4, "AVX512CD" },
    { 7, EBX, 30, 4, "AVX512BW" },
    { 7, EBX, 31, 4, "AVX512VL" },
};

static const Feature aes = { 1, ECX, 25, 0, "AES" };
static const Feature pclmul = { 1, ECX, 1, 0, "PCLMULQDQ" };
static const Feature sha = { 7, EBX, 29, 0, "SHA" };
static const Feature osxsave = { 1, ECX, 27, 0, "OSXSAVE" };

enum { ISA_NATIVE = 0, ISA_V3 = 3, ISA_V4 = 4 };
static unsigned isa; /* what the user pinned; set before there is any code */

static bool has(const Feature *f)
{
    unsigned r[4];

    return __get_cpuid_count(f->leaf, 0, &r[0], &r[1], &r[2], &r[3]) && r[1 + f->reg] >> f->bit & 1;
}

/* Whether the host kernel saves these parts of the vector state (XCR0). */
static bool kernel_saves(unsigned mask)
{
    unsigned lo, hi;

    if (!has(&osxsave)) {
        return false;
    }
    asm("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return (lo & mask) == mask;
}

/* NULL: it has all of @level; else what is missing first. */
static const char *lacks(unsigned level)
{
    for (unsigned n = 0; n < ARRAY_SIZE(features); n++) {
        if (features[n].level <= level && !has(&features[n])) {
            return features[n].name;
        }
    }
    if (!kernel_saves(level >= 4 ? 0xe6 : 0x06)) {
        return "a kernel that saves its vector registers";
    }
    return NULL;
}

bool x86_set_isa(const char *name, Error **errp)
{
    unsigned level = ISA_NATIVE;

    if (!strcmp(name, "v3")) {
        level = ISA_V3;
    } else if (!strcmp(name, "v4")) {
        level = ISA_V4;
    } else if (!strcmp(name, "v2")) {
        error_setg(errp, "host-isa=v2: translated code needs AVX2, BMI2 and FMA; "
                         "v3, v4 and native work, or interp=on");
        return false;
    } else if (strcmp(name, "native")) {
        error_setg(errp, "host-isa=%s: must be v3, v4 or native", name);
        return false;
    }
    const char *missing = level ? lacks(level) : NULL;
    if (missing) {
        error_setg(errp, "host-isa=%s: this host lacks %s; %s", name, missing,
                   level == ISA_V4 && !lacks(ISA_V3) ? "v3 and native work" : "interp=on works");
        return false;
    }
    isa = level;
    return true;
}

const char *x86_get_isa(void)
{
    return isa == ISA_V3 ? "v3" : isa == ISA_V4 ? "v4" : "native";
}

bool x86_probe(char **why)
{
    const char *missing = lacks(ISA_V3);

    if (missing) {
        *why = g_strdup_printf("the host CPU lacks %s (x86-64-v3)", missing);
        return false;
    }
    if (!(getauxval(AT_HWCAP2) & 2)) {
        *why = g_strdup("the host kernel does not enable FSGSBASE");
        return false;
    }
    return true;
}

void features_init(void)
{
    bool native = isa == ISA_NATIVE;

    x86_stubs.has_aes = native && has(&aes);
    x86_stubs.has_pclmul = native && has(&pclmul);
    x86_stubs.has_sha = native && has(&sha);
}
