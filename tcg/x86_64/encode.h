/* SPDX-License-Identifier: MIT */
/* x86-64 instruction encoder: bytes at a cursor, nothing more. Intel SDM volume 2, chapter 2. */
#ifndef TCG_X86_64_ENCODE_H
#define TCG_X86_64_ENCODE_H

#include "qemu/osdep.h"

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, NOREG = -1 };

/* An opcode is its last byte and these: map, mandatory prefix, operand width. */
enum {
    M_0F = 0x100,
    M_0F38 = 0x200,
    M_0F3A = 0x300,
    M_MASK = 0x300,
    P_66 = 0x400,
    P_F3 = 0x800,
    P_F2 = 0xc00,
    P_MASK = 0xc00,
    O_W = 0x1000,    /* REX.W or VEX.W */
    O_BYTE = 0x2000, /* the register operands are bytes: SPL..DIL need a REX prefix */
    O_LOCK = 0x4000,
};

typedef struct X86Mem {
    int8_t base, index; /* NOREG: none */
    uint8_t scale;      /* log2 */
    bool gs;
    int32_t disp;
} X86Mem;

typedef struct Asm {
    uint8_t *p;
    uint8_t *end; /* the buffer's; `full` is set instead of writing past it */
    bool full;
} Asm;

#define MEM(b, d)         ((X86Mem){ .base = (b), .index = NOREG, .disp = (d) })
#define MEMX(b, i, sc, d) ((X86Mem){ .base = (b), .index = (i), .scale = (sc), .disp = (d) })
#define MEMGS(b, d)       ((X86Mem){ .base = (b), .index = NOREG, .gs = true, .disp = (d) })

void asm_byte(Asm *s, uint8_t v);
void asm_u32(Asm *s, uint32_t v);
void asm_u64(Asm *s, uint64_t v);

/* Legacy encodings: OP reg, rm. The field `reg` may be an opcode extension (/0../7). */
void asm_rr(Asm *s, int opc, int reg, int rm);
void asm_rm(Asm *s, int opc, int reg, X86Mem m);
/* VEX encodings, 128-bit (asm_v*) or scalar integer (BMI). Unused vvvv: 0. */
void asm_vex_rr(Asm *s, int opc, int reg, int vvvv, int rm);
void asm_vex_rm(Asm *s, int opc, int reg, int vvvv, X86Mem m);
/* A memory operand at @target, within 2 GiB; @imm_bytes of immediate will follow. */
void asm_vex_rip(Asm *s, int opc, int reg, int vvvv, const void *target, unsigned imm_bytes);

/* Arithmetic group of 81/83: add 0 or 1 adc 2 sbb 3 and 4 sub 5 xor 6 cmp 7. w: 64 bits. */
void asm_alu_ri(Asm *s, bool w, int ext, int reg, int32_t imm);
void asm_alu_mi(Asm *s, bool w, int ext, X86Mem m, int32_t imm);
#define ALU_RR(ext) (((ext) << 3) | 3) /* op reg, r/m */
enum { ALU_ADD, ALU_OR, ALU_ADC, ALU_SBB, ALU_AND, ALU_SUB, ALU_XOR, ALU_CMP };
/* Shifts by a constant: ext rol 0 ror 1 shl 4 shr 5 sar 7. */
void asm_shift_ri(Asm *s, bool w, int ext, int reg, unsigned n);

void asm_mov_rr(Asm *s, bool w, int dst, int src);
/* The shortest form for a 64-bit constant; leaves flags alone when @keep_flags. */
void asm_mov_ri(Asm *s, int dst, uint64_t imm, bool keep_flags);
void asm_load(Asm *s, bool w, int dst, X86Mem m);
void asm_store(Asm *s, bool w, int src, X86Mem m);
void asm_store_imm32(Asm *s, bool w, X86Mem m, int32_t imm);
void asm_lea(Asm *s, bool w, int dst, X86Mem m);
void asm_push(Asm *s, int reg);
void asm_pop(Asm *s, int reg);
void asm_call_reg(Asm *s, int reg);
void asm_jmp_mem(Asm *s, X86Mem m);
void asm_call_mem(Asm *s, X86Mem m);
void asm_ret(Asm *s);
/* Branches with a 32-bit displacement. Return where the displacement lies. cc: x86 condition. */
uint8_t *asm_jmp(Asm *s, const void *target);
void asm_push_imm(Asm *s, int32_t imm);
uint8_t *asm_call(Asm *s, const void *target);
uint8_t *asm_jcc(Asm *s, int cc, const void *target);
/* Sets the displacement at @at to reach @target. */
void asm_patch(uint8_t *at, const void *target);
/* The same while other threads may execute the branch. */
void asm_patch_live(uint8_t *at, const void *target);
/*
 * Before a branch that asm_patch_live is for: its rel32, behind @opcode_bytes, is not to cross 8
 * bytes, within which x86 stores and fetches are whole (SDM 3A 9.1.1, APM 2 7.3.2).
 */
void asm_align_rel32(Asm *s, unsigned opcode_bytes);
void asm_align(Asm *s, unsigned n);

enum {
    CC_O,
    CC_NO,
    CC_B,
    CC_AE,
    CC_E,
    CC_NE,
    CC_BE,
    CC_A,
    CC_S,
    CC_NS,
    CC_P,
    CC_NP,
    CC_L,
    CC_GE,
    CC_LE,
    CC_G
};

#endif
