/* SPDX-License-Identifier: MIT */
/*
 * The IR's operations. One row is one operation: the enum, the names, the verifier, the constant
 * folder and the interpreter expand the same rows, so they can not disagree.
 *
 *   IR_INT(name, nargs, flags, meaning)   integers of type T (I32: uint32_t, I64: uint64_t);
 *       a, b: operands; S(x): x as signed; M: width - 1; W: width
 *   IR_VEC(name, nargs, flags, meaning)   each lane of a 128-bit vector, element type T of size
 *       1 << vece bytes; a, b, c: lanes; i: the immediate; S(x) as above; W: element width
 *   IR_FP(name, nargs, flags)             floating point, format in vece (1 half 2 single 3
 * double), lanes in imm (1: lane 0 only, the rest of the result unspecified; 0: all). NaNs,
 * rounding and exceptions follow the guest: the target's fp_op hook is the meaning. IR_MISC(name,
 * nargs, flags)           the rest; the comment beside the row is the meaning
 */
#ifndef TCG_OPCODES_H
#define TCG_OPCODES_H

/* Properties of an operation. */
#define IRF_COMM   0x01 /* a and b may be exchanged */
#define IRF_EFFECT 0x02 /* must stay even when its result is not used */
#define IRF_FAULT  0x04 /* may raise a guest exception: a fault point */
#define IRF_EXIT   0x08 /* may leave the block */
#define IRF_END    0x10 /* ends the block */
#define IRF_NORES  0x20 /* has no result */
#define IRF_LOAD   0x40 /* reads guest memory: not to be moved over a write */

#define IR_INT_OPS(OP)                                                                             \
    OP(add, 2, IRF_COMM, a + b)                                                                    \
    OP(sub, 2, 0, a - b)                                                                           \
    OP(mul, 2, IRF_COMM, a *b)                                                                     \
    OP(mulhu, 2, IRF_COMM, mulh_u(a, b, W))                                                        \
    OP(mulhs, 2, IRF_COMM, mulh_s(a, b, W))                                                        \
    OP(divu, 2, 0, b == 0 ? 0 : a / b)                                                             \
    OP(divs, 2, 0, b == 0 ? 0 : b == (T)-1 ? -a : (T)(S(a) / S(b)))                                \
    OP(and, 2, IRF_COMM, a &b)                                                                     \
    OP(or, 2, IRF_COMM, a | b)                                                                     \
    OP(xor, 2, IRF_COMM, a ^ b)                                                                    \
    OP(andn, 2, 0, a & ~b)                                                                         \
    OP(orn, 2, 0, a | ~b)                                                                          \
    OP(eqv, 2, IRF_COMM, a ^ ~b)                                                                   \
    OP(shl, 2, 0, a << (b & M))                                                                    \
    OP(shr, 2, 0, a >> (b & M))                                                                    \
    OP(sar, 2, 0, (T)(S(a) >> (b & M)))                                                            \
    OP(rotr, 2, 0, (a >> (b & M)) | (a << (-b & M)))                                               \
    OP(neg, 1, 0, -a)                                                                              \
    OP(not, 1, 0, ~a)                                                                              \
    OP(clz, 1, 0, clz_w(a, W))                                                                     \
    OP(ctz, 1, 0, ctz_w(a, W))                                                                     \
    OP(ctpop, 1, 0, __builtin_popcountll(a))                                                       \
    OP(rbit, 1, 0, rbit_w(a, W))                                                                   \
    OP(bswap, 1, 0, bswap_w(a, W))                                                                 \
    OP(bswap16, 1, 0, bswap_halves(a, W))                                                          \
    OP(ext8s, 1, 0, (T)(int8_t)a)                                                                  \
    OP(ext8u, 1, 0, (T)(uint8_t)a)                                                                 \
    OP(ext16s, 1, 0, (T)(int16_t)a)                                                                \
    OP(ext16u, 1, 0, (T)(uint16_t)a)                                                               \
    OP(ext32s, 1, 0, (T)(int64_t)(int32_t)a)                                                       \
    OP(ext32u, 1, 0, (T)(uint32_t)a)

/* bswap swaps all bytes, bswap16 the two bytes of every halfword. clz and ctz of 0 are the width.
 */

#define IR_MISC_OPS(OP)                                                                            \
    OP(nop, 0, IRF_NORES)                                                                          \
    OP(const, 0, 0)  /* imm; an I32's is sign-extended */                                          \
    OP(vconst, 0, 0) /* imm in each 64-bit half */                                                 \
    OP(get, 0, 0)    /* global imm at block entry, or after a call that wrote it */                \
    OP(set, 1, IRF_EFFECT | IRF_NORES) /* global imm := a, in the architectural state */           \
    OP(trunc, 1, 0)                    /* I32: low half of the I64 a */                            \
    OP(zext, 1, 0)                     /* I64: the I32 a, zero-extended */                         \
    OP(extract, 1, 0)      /* bits [pos, pos+len) of a, zero-extended; imm pos|len<<8 */           \
    OP(sextract, 1, 0)     /* likewise, sign-extended */                                           \
    OP(deposit, 2, 0)      /* a with bits [pos, pos+len) replaced by b's low ones */               \
    OP(extract2, 2, 0)     /* W bits of (b:a) from bit imm: 0 < imm < W */                         \
    OP(addshl, 2, 0)       /* a + (b << imm), 1 <= imm <= 3 */                                     \
    OP(crc32c, 2, 0)       /* I64: CRC-32C a goes on over b's low 1 << imm bytes; not inverted */  \
    OP(setcond, 2, 0)      /* I64 or I32 result 0/1 of a cond b; operands of arg_type */           \
    OP(select, 4, 0)       /* a cond b ? c : d; a, b of arg_type */                                \
    OP(flags_nzcv, 3, 0)   /* I32: tcg_flags_nzcv(a, b, c); a is I32, b and c I64 */               \
    OP(ldenv, 0, IRF_LOAD) /* I64: field of env at offset disp, extended as memop says */          \
    OP(stenv, 1, IRF_EFFECT | IRF_NORES) /* a's low memop_size bytes to offset disp */             \
    /* guest memory: p = mmu base, [disp, disp + span); then accesses through p + base + disp */   \
    OP(mmu_r, 1, IRF_EFFECT | IRF_FAULT)                                                           \
    OP(mmu_w, 1, IRF_EFFECT | IRF_FAULT)                                                           \
    OP(mmu_t, 2, IRF_EFFECT | IRF_FAULT) /* mmu_r; a is b + 0..memop_table: an entry of a table */ \
    OP(ld, 2, IRF_LOAD)                  /* a: ptr b: base; extended as memop says to type */      \
    OP(st, 3, IRF_EFFECT | IRF_NORES)    /* c: value */                                            \
    OP(vld, 2, IRF_LOAD)                 /* V128: memop_size bytes, zero-extended */               \
    OP(vst, 3, IRF_EFFECT | IRF_NORES)                                                             \
    OP(atomic_rmw, 3, IRF_EFFECT) /* old value, zero-extended; cond: TCGAtomicOp; c: operand */    \
    OP(atomic_cas, 4, IRF_EFFECT) /* old value; c: expected d: new */                              \
    OP(fence, 0, IRF_EFFECT | IRF_NORES) /* imm: TCGBar; only store-load costs on x86 */           \
    OP(call, 0, IRF_EFFECT)              /* imm: index of an IRCall; result of its ret type */     \
    OP(vcall, 0, IRF_EFFECT)             /* IRCall on vop[]: pure; V128 result */                  \
    /* vectors */                                                                                  \
    OP(vdup, 1, 0)     /* each lane := low bits of the integer a */                                \
    OP(vset, 1, 0)     /* lane 0 := low bits of the integer a, the rest 0; words, doublewords */   \
    OP(vduplane, 1, 0) /* each lane := lane imm of a */                                            \
    OP(vinsert, 2, 0)  /* a with lane imm := low bits of the integer b */                          \
    OP(vextract, 1, 0) /* I64: lane imm of a, zero-extended */                                     \
    OP(vlow, 1, 0)     /* a's low 1 << vece bytes, the rest 0 */                                   \
    OP(vext, 2, 0)     /* 16 bytes of (b:a) from byte imm, 0 <= imm < 16 */                        \
    OP(vzip1, 2, 0)    /* interleave low halves: a0 b0 a1 b1 .. */                                 \
    OP(vzip2, 2, 0)    /* interleave high halves */                                                \
    OP(vuzp1, 2, 0)    /* even lanes of a, then of b */                                            \
    OP(vuzp2, 2, 0)    /* odd lanes of a, then of b */                                             \
    OP(vtrn1, 2, 0)    /* a0 b0 a2 b2 .. */                                                        \
    OP(vtrn2, 2, 0)    /* a1 b1 a3 b3 .. */                                                        \
    OP(vtbl, 2, 0)     /* bytes: b[i] < 16 ? a[b[i]] : 0 */                                        \
    OP(vrev, 1, 0)     /* reverse vece lanes within containers of 1 << imm bytes */                \
    OP(vuxtl, 1, 0)    /* low half's lanes of vece zero-extended to twice the size */              \
    OP(vsxtl, 1, 0)    /* likewise sign-extended */                                                \
    OP(vxtn, 1, 0)     /* lanes of 2*vece truncated to vece in the low half; high 0 */             \
    OP(vaddp, 2, 0)    /* sums of adjacent pairs: a's, then b's */                                 \
    OP(vumull, 2, 0)   /* low half's lanes multiplied to twice the size, unsigned */               \
    OP(vsmull, 2, 0)   /* likewise signed */                                                       \
    OP(vld3, 3, 0)     /* lanes imm, imm + 3, imm + 6 ... of (c:b:a) */                            \
    OP(vst3, 3, 0)     /* vector imm of three that have a's lane 0, b's, c's, a's lane 1 ... */    \
    OP(vshufw, 1, 0)   /* word l := word (imm >> 2l & 3) of a */                                   \
    /* cryptography: see interp-crypto.c; vaes*: a round on a, then b is added */                  \
    OP(vaesenc, 2, 0)                                                                              \
    OP(vaesenclast, 2, 0) /* without MixColumns */                                                 \
    OP(vaesdec, 2, 0)                                                                              \
    OP(vaesdeclast, 2, 0)                                                                          \
    OP(vaesimc, 1, 0)     /* InvMixColumns */                                                      \
    OP(vsha1, 2, 0)       /* four rounds on a: DCBA, b: schedule backwards; imm: the function */   \
    OP(vsha256, 3, 0)     /* two rounds on a: HGDC, b: FEBA, c: schedule; FEBA of the result */    \
    OP(vsha256msg1, 2, 0) /* a + sigma0 of the words 1.. of (b:a) */                               \
    OP(vsha256msg2, 2, 0) /* a + sigma1 of the words 2.. of (result:b) */                          \
    OP(vpmull, 2, 0)      /* carry-less product of doublewords imm & 1 of a, imm >> 4 of b */      \
    /* floating point to and from integers */                                                      \
    OP(fcmp, 2, IRF_EFFECT)    /* I64: see FCMP_*; imm 1: quiet NaNs are invalid, too */           \
    OP(fcvt_ff, 1, IRF_EFFECT) /* lane 0 from format vece to format imm */                         \
    OP(fcvt_fi, 1, IRF_EFFECT) /* I64; imm: FpCvt */                                               \
    OP(fcvt_if, 1, IRF_EFFECT) /* V128 from I64; imm: FpCvt */                                     \
    /* leaving the block; imm: page offset; vece: number (0, 1) of a same-page edge */             \
    OP(brcond, 2, IRF_EXIT | IRF_EFFECT | IRF_NORES)     /* if a cond b: same-page edge to imm */  \
    OP(brcond_far, 2, IRF_EXIT | IRF_EFFECT | IRF_NORES) /* if a cond b: goto_far imm */           \
    OP(goto_tb, 0, IRF_END | IRF_EXIT | IRF_EFFECT | IRF_NORES)  /* same-page edge to imm */       \
    OP(goto_far, 0, IRF_END | IRF_EXIT | IRF_EFFECT | IRF_NORES) /* vbase + imm, other page */     \
    OP(goto_ptr, 1, IRF_END | IRF_EXIT | IRF_EFFECT | IRF_NORES) /* guest address a */             \
    OP(call_tb, 1, IRF_END | IRF_EXIT | IRF_EFFECT | IRF_NORES)  /* call; see CALL_DIRECT */       \
    OP(call_on, 1, IRF_EXIT | IRF_EFFECT | IRF_NORES) /* likewise; the block goes on there */      \
    OP(ret_ptr, 1, IRF_END | IRF_EXIT | IRF_EFFECT | IRF_NORES) /* predicted return to a */        \
    OP(exit_tb, 0, IRF_END | IRF_EXIT | IRF_EFFECT | IRF_NORES) /* to the loop; pc is set */       \
    OP(insn_start, 0, IRF_EFFECT | IRF_NORES) /* imm: offset of the instruction in its page */

#define IR_VEC_OPS(OP)                                                                             \
    OP(vadd, 2, IRF_COMM, a + b)                                                                   \
    OP(vsub, 2, 0, a - b)                                                                          \
    OP(vmul, 2, IRF_COMM, a *b)                                                                    \
    OP(vand, 2, IRF_COMM, a &b)                                                                    \
    OP(vor, 2, IRF_COMM, a | b)                                                                    \
    OP(vxor, 2, IRF_COMM, a ^ b)                                                                   \
    OP(vandn, 2, 0, a & ~b)                                                                        \
    OP(vorn, 2, 0, a | ~b)                                                                         \
    OP(vnot, 1, 0, ~a)                                                                             \
    OP(vneg, 1, 0, -a)                                                                             \
    OP(vabs, 1, 0, S(a) < 0 ? -a : a)                                                              \
    OP(vsmin, 2, IRF_COMM, S(a) < S(b) ? a : b)                                                    \
    OP(vumin, 2, IRF_COMM, a < b ? a : b)                                                          \
    OP(vsmax, 2, IRF_COMM, S(a) > S(b) ? a : b)                                                    \
    OP(vumax, 2, IRF_COMM, a > b ? a : b)                                                          \
    OP(vshli, 1, 0, i >= W ? 0 : a << i)                                                           \
    OP(vshri, 1, 0, i >= W ? 0 : a >> i)                                                           \
    OP(vsari, 1, 0, (T)(S(a) >> (i >= W ? W - 1 : i)))                                             \
    OP(vcmpeq, 2, IRF_COMM, a == b ? (T)-1 : 0)                                                    \
    OP(vcmpgt, 2, 0, S(a) > S(b) ? (T)-1 : 0)                                                      \
    OP(vcmpge, 2, 0, S(a) >= S(b) ? (T)-1 : 0)                                                     \
    OP(vcmphi, 2, 0, a > b ? (T)-1 : 0)                                                            \
    OP(vcmphs, 2, 0, a >= b ? (T)-1 : 0)                                                           \
    OP(vbsl, 3, 0, (a & b) | (~a & c))                                                             \
    OP(vushl, 2, 0, shift_u(a, (int8_t)b, W)) /* b: signed byte, right if negative */              \
    OP(vsshl, 2, 0, shift_s(S(a), (int8_t)b, W))                                                   \
    OP(vssadd, 2, IRF_COMM, saturate_s((Wide)S(a) + S(b), W)) /* signed saturation */              \
    OP(vusadd, 2, IRF_COMM, saturate_u((Wide)a + b, W))                                            \
    OP(vsssub, 2, 0, saturate_s((Wide)S(a) - S(b), W))                                             \
    OP(vussub, 2, 0, saturate_u((Wide)a - b, W))                                                   \
    OP(vsdmulh, 2, IRF_COMM, dmulh(S(a), S(b), 0, W))  /* high half of the doubled product */      \
    OP(vsrdmulh, 2, IRF_COMM, dmulh(S(a), S(b), 1, W)) /* rounded */                               \
    OP(vcnt, 1, 0, popcount_w(a))

/* A NaN result, and whatever else the host does differently, goes to the target's fp_op hook. */
#define IR_FP_OPS(OP)                                                                              \
    OP(fadd, 2, IRF_EFFECT)                                                                        \
    OP(fsub, 2, IRF_EFFECT)                                                                        \
    OP(fmul, 2, IRF_EFFECT)                                                                        \
    OP(fdiv, 2, IRF_EFFECT)                                                                        \
    OP(fsqrt, 1, IRF_EFFECT)                                                                       \
    OP(fmadd, 3,                                                                                   \
       IRF_EFFECT) /* a * b + c, one rounding; cond bit 0: negate a*b, bit 1: negate c */          \
    OP(fmin, 2, IRF_EFFECT)                                                                        \
    OP(fmax, 2, IRF_EFFECT)                                                                        \
    OP(fminnm, 2, IRF_EFFECT)                                                                      \
    OP(fmaxnm, 2, IRF_EFFECT)                                                                      \
    OP(fmulx, 2, IRF_EFFECT)                                                                       \
    OP(fcmeq, 2, IRF_EFFECT) /* lane masks */                                                      \
    OP(fcmge, 2, IRF_EFFECT)                                                                       \
    OP(fcmgt, 2, IRF_EFFECT)                                                                       \
    OP(frecps, 2, IRF_EFFECT) /* 2 - a * b, and (3 - a * b) / 2, with one rounding */              \
    OP(frsqrts, 2, IRF_EFFECT)                                                                     \
    OP(frecpe, 1, IRF_EFFECT) /* the target's estimates: see TCGTargetOps.fp_estimate */           \
    OP(frsqrte, 1, IRF_EFFECT)                                                                     \
    OP(frint, 1, IRF_EFFECT) /* cond: rounding mode as in FpCvt; bit 3: raise inexact */

#endif
