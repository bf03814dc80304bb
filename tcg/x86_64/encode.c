/* SPDX-License-Identifier: MIT */
#include "encode.h"

void asm_byte(Asm *s, uint8_t v)
{
    if (s->p < s->end) {
        *s->p++ = v;
    } else {
        s->full = true;
    }
}

static void asm_bytes(Asm *s, const void *v, size_t n)
{
    if ((size_t)(s->end - s->p) >= n) {
        memcpy(s->p, v, n);
        s->p += n;
    } else {
        s->full = true;
    }
}

void asm_u32(Asm *s, uint32_t v)
{
    asm_bytes(s, &v, 4);
}

void asm_u64(Asm *s, uint64_t v)
{
    asm_bytes(s, &v, 8);
}

/* Legacy prefixes, REX and opcode bytes. x and b extend the index and the r/m or base register. */
static void legacy_opcode(Asm *s, int opc, int reg, int index, int rm, bool gs, bool rm_is_byte)
{
    static const uint8_t prefix[] = { 0, 0x66, 0xf3, 0xf2 };

    if (gs) {
        asm_byte(s, 0x65);
    }
    if (opc & O_LOCK) {
        asm_byte(s, 0xf0);
    }
    if (opc & P_MASK) {
        asm_byte(s, prefix[(opc & P_MASK) >> 10]);
    }
    int rex = (opc & O_W ? 8 : 0) | (reg & 8 ? 4 : 0) | (index & 8 ? 2 : 0) | (rm & 8 ? 1 : 0);
    if (rex || ((opc & O_BYTE) && (reg >= 4 || (rm_is_byte && rm >= 4)))) {
        asm_byte(s, 0x40 | rex);
    }
    if (opc & M_MASK) {
        asm_byte(s, 0x0f);
        if ((opc & M_MASK) == M_0F38) {
            asm_byte(s, 0x38);
        } else if ((opc & M_MASK) == M_0F3A) {
            asm_byte(s, 0x3a);
        }
    }
    asm_byte(s, opc);
}

/* ModRM, SIB and displacement of a memory operand. */
static void modrm_mem(Asm *s, int reg, X86Mem m)
{
    int mod;

    reg &= 7;
    if (m.base == NOREG) { /* [index * scale + disp32] */
        int index = m.index == NOREG ? 4 : m.index & 7;
        asm_byte(s, (reg << 3) | 4);
        asm_byte(s, (m.scale << 6) | (index << 3) | 5);
        asm_u32(s, m.disp);
        return;
    }
    if (m.disp == 0 && (m.base & 7) != RBP) {
        mod = 0;
    } else if (m.disp == (int8_t)m.disp) {
        mod = 1;
    } else {
        mod = 2;
    }
    if (m.index == NOREG && (m.base & 7) != RSP) {
        asm_byte(s, (mod << 6) | (reg << 3) | (m.base & 7));
    } else {
        int index = m.index == NOREG ? 4 : m.index & 7;
        asm_byte(s, (mod << 6) | (reg << 3) | 4);
        asm_byte(s, (m.scale << 6) | (index << 3) | (m.base & 7));
    }
    if (mod == 1) {
        asm_byte(s, m.disp);
    } else if (mod == 2) {
        asm_u32(s, m.disp);
    }
}

static int ext_bits(int reg)
{
    return reg == NOREG ? 0 : reg;
}

void asm_rr(Asm *s, int opc, int reg, int rm)
{
    legacy_opcode(s, opc, reg, 0, rm, false, true);
    asm_byte(s, 0xc0 | ((reg & 7) << 3) | (rm & 7));
}

void asm_rm(Asm *s, int opc, int reg, X86Mem m)
{
    legacy_opcode(s, opc, reg, ext_bits(m.index), ext_bits(m.base), m.gs, false);
    modrm_mem(s, reg, m);
}

static void vex_opcode(Asm *s, int opc, int reg, int vvvv, int index, int rm)
{
    int pp = (opc & P_MASK) >> 10;
    int map = (opc & M_MASK) >> 8;
    int w = opc & O_W ? 0x80 : 0;

    if (map == 1 && !w && !(index & 8) && !(rm & 8)) {
        asm_byte(s, 0xc5);
        asm_byte(s, (reg & 8 ? 0 : 0x80) | ((~vvvv & 15) << 3) | pp);
    } else {
        asm_byte(s, 0xc4);
        asm_byte(s, (reg & 8 ? 0 : 0x80) | (index & 8 ? 0 : 0x40) | (rm & 8 ? 0 : 0x20) | map);
        asm_byte(s, w | ((~vvvv & 15) << 3) | pp);
    }
    asm_byte(s, opc);
}

void asm_vex_rr(Asm *s, int opc, int reg, int vvvv, int rm)
{
    vex_opcode(s, opc, reg, vvvv, 0, rm);
    asm_byte(s, 0xc0 | ((reg & 7) << 3) | (rm & 7));
}

void asm_vex_rm(Asm *s, int opc, int reg, int vvvv, X86Mem m)
{
    if (m.gs) {
        asm_byte(s, 0x65);
    }
    vex_opcode(s, opc, reg, vvvv, ext_bits(m.index), ext_bits(m.base));
    modrm_mem(s, reg, m);
}

void asm_vex_rip(Asm *s, int opc, int reg, int vvvv, const void *target, unsigned imm_bytes)
{
    vex_opcode(s, opc, reg, vvvv, 0, 0);
    asm_byte(s, ((reg & 7) << 3) | 5);
    asm_u32(s, (const uint8_t *)target - (s->p + 4 + imm_bytes));
}

void asm_alu_ri(Asm *s, bool w, int ext, int reg, int32_t imm)
{
    int ww = w ? O_W : 0;

    if (imm == (int8_t)imm) {
        asm_rr(s, 0x83 | ww, ext, reg);
        asm_byte(s, imm);
    } else if (reg == RAX) {
        legacy_opcode(s, ((ext << 3) | 5) | ww, 0, 0, 0, false, false);
        asm_u32(s, imm);
    } else {
        asm_rr(s, 0x81 | ww, ext, reg);
        asm_u32(s, imm);
    }
}

void asm_alu_mi(Asm *s, bool w, int ext, X86Mem m, int32_t imm)
{
    int ww = w ? O_W : 0;

    if (imm == (int8_t)imm) {
        asm_rm(s, 0x83 | ww, ext, m);
        asm_byte(s, imm);
    } else {
        asm_rm(s, 0x81 | ww, ext, m);
        asm_u32(s, imm);
    }
}

void asm_shift_ri(Asm *s, bool w, int ext, int reg, unsigned n)
{
    asm_rr(s, 0xc1 | (w ? O_W : 0), ext, reg);
    asm_byte(s, n);
}

void asm_mov_rr(Asm *s, bool w, int dst, int src)
{
    asm_rr(s, 0x8b | (w ? O_W : 0), dst, src);
}

void asm_mov_ri(Asm *s, int dst, uint64_t imm, bool keep_flags)
{
    if (imm == 0 && !keep_flags) {
        asm_rr(s, 0x33, dst, dst);
    } else if (imm == (uint32_t)imm) {
        legacy_opcode(s, 0xb8 | (dst & 7), 0, 0, dst, false, false);
        asm_u32(s, imm);
    } else if (imm == (uint64_t)(int32_t)imm) {
        asm_rr(s, 0xc7 | O_W, 0, dst);
        asm_u32(s, imm);
    } else {
        legacy_opcode(s, 0xb8 | (dst & 7) | O_W, 0, 0, dst, false, false);
        asm_u64(s, imm);
    }
}

void asm_load(Asm *s, bool w, int dst, X86Mem m)
{
    asm_rm(s, 0x8b | (w ? O_W : 0), dst, m);
}

void asm_store(Asm *s, bool w, int src, X86Mem m)
{
    asm_rm(s, 0x89 | (w ? O_W : 0), src, m);
}

void asm_store_imm32(Asm *s, bool w, X86Mem m, int32_t imm)
{
    asm_rm(s, 0xc7 | (w ? O_W : 0), 0, m);
    asm_u32(s, imm);
}

void asm_lea(Asm *s, bool w, int dst, X86Mem m)
{
    asm_rm(s, 0x8d | (w ? O_W : 0), dst, m);
}

void asm_push(Asm *s, int reg)
{
    legacy_opcode(s, 0x50 | (reg & 7), 0, 0, reg, false, false);
}

void asm_pop(Asm *s, int reg)
{
    legacy_opcode(s, 0x58 | (reg & 7), 0, 0, reg, false, false);
}

void asm_call_reg(Asm *s, int reg)
{
    asm_rr(s, 0xff, 2, reg);
}

void asm_jmp_mem(Asm *s, X86Mem m)
{
    asm_rm(s, 0xff, 4, m);
}

void asm_call_mem(Asm *s, X86Mem m)
{
    asm_rm(s, 0xff, 2, m);
}

void asm_ret(Asm *s)
{
    asm_byte(s, 0xc3);
}

void asm_patch(uint8_t *at, const void *target)
{
    int32_t rel = (const uint8_t *)target - (at + 4);
    memcpy(at, &rel, 4);
}

/* Other threads may be executing the branch: one store, see asm_align_rel32. */
void asm_patch_live(uint8_t *at, const void *target)
{
    int32_t rel = (const uint8_t *)target - (at + 4);

    assert(((uintptr_t)at & 7) <= 4);
    __asm__ volatile("movl %1, %0" : "=m"(*(uint32_t(*)[1])at) : "r"(rel) : "memory");
}

void asm_align_rel32(Asm *s, unsigned opcode_bytes)
{
    while ((((uintptr_t)s->p + opcode_bytes) & 7) > 4 && !s->full) {
        asm_byte(s, 0x2e); /* a segment prefix: without effect, and part of the same instruction */
    }
}

static uint8_t *rel32(Asm *s, const void *target)
{
    uint8_t *at = s->p;

    asm_u32(s, 0);
    if (s->full) { /* the caller may patch it: not behind the buffer, where other code lies */
        return s->end - 4;
    }
    if (target) {
        asm_patch(at, target);
    }
    return at;
}

uint8_t *asm_jmp(Asm *s, const void *target)
{
    asm_byte(s, 0xe9);
    return rel32(s, target);
}

void asm_push_imm(Asm *s, int32_t imm)
{
    bool small = imm == (int8_t)imm;

    asm_byte(s, small ? 0x6a : 0x68);
    if (small) {
        asm_byte(s, imm);
    } else {
        asm_u32(s, imm);
    }
}

uint8_t *asm_call(Asm *s, const void *target)
{
    asm_byte(s, 0xe8);
    return rel32(s, target);
}

uint8_t *asm_jcc(Asm *s, int cc, const void *target)
{
    asm_byte(s, 0x0f);
    asm_byte(s, 0x80 | cc);
    return rel32(s, target);
}

void asm_align(Asm *s, unsigned n)
{
    while ((uintptr_t)s->p & (n - 1) && !s->full) {
        asm_byte(s, 0x90);
    }
}
