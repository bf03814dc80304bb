/* SPDX-License-Identifier: MIT */
/*
 * Data in big-endian order (SCTLR_EL1.EE and E0E): each case fills registers and a buffer, sets EE,
 * executes a few instructions and clears EE; then prints a digest of X0 to X7, V0 to V3 and the
 * buffer. The last case reads through big-endian tables with the MMU on.
 */
    .include "print.inc"
    .arch armv8.3-a+lse+rcpc
    .text
start:
    adr x0, vectors
    msr vbar_el1, x0
    mov x0, #3 << 20
    msr cpacr_el1, x0
    isb

    .macro begin
    bl prepare
    bl big
    .endm
    .macro ldst size, reg
    begin
    ldr\size \reg\()1, [x20, #8]
    str\size \reg\()2, [x20, #24]
    bl report
    .endm

    ldst b, w
    ldst h, w
    ldst , w
    ldst , x
    begin
    ldrsb x1, [x20, #9]; ldrsh x2, [x20, #10]; ldrsw x3, [x20, #12]; ldrsh w4, [x20, #18]
    bl report
    begin
    ldr x1, [x20, #8]!; str w1, [x20], #12; ldr w2, [x20, x21]; ldr x3, [x20, w21, sxtw #3]
    bl report
    begin
    ldur x1, [x20, #3]; stur x2, [x20, #13]; ldurh w3, [x20, #1]; sturh w3, [x20, #33]
    bl report
    begin
    ldtr x1, [x20, #8]; sttr w2, [x20, #16]; ldtrsh x3, [x20, #20]
    bl report
    begin
    ldp x1, x2, [x20, #8]; stp x3, x4, [x20, #32]; ldp w5, w6, [x20], #4; stp w5, w1, [x20, #40]
    bl report
    begin
    ldpsw x1, x2, [x20, #8]
    bl report
    begin
    ldr x1, literal; ldr w2, literal; ldrsw x3, literal
    bl report
    begin
    ldar x1, [x20]; stlr w2, [x20]; ldarh w3, [x20]; stlrh w4, [x20]; ldapr x5, [x20]
    bl report
    begin
    ldxr x1, [x20]; add x1, x1, #1; stxr w2, x1, [x20]; ldaxrh w3, [x20]; stlxrh w4, w5, [x20]
    bl report
    begin
    ldxp x1, x2, [x20]; stxp w3, x4, x5, [x20]
    bl report
    begin
    ldxp w1, w2, [x20]; stlxp w3, w4, w5, [x20]; ldxp w6, w7, [x20]
    bl report
    begin
    ldxr w1, [x20]; stxr w2, w3, [x20, #0]; stxr w4, w5, [x20]
    bl report
    begin
    ldr x1, [x20]; cas x1, x2, [x20]; cas x3, x4, [x20]; casah w5, w6, [x20]
    bl report
    begin
    ldp x2, x3, [x20]; casp x2, x3, x4, x5, [x20]; caspal x6, x7, x4, x5, [x20]
    bl report
    begin
    ldp w2, w3, [x20]; casp w2, w3, w4, w5, [x20]; casp w6, w7, w4, w5, [x20]
    bl report
    begin
    ldadd x1, x2, [x20]; ldaddh w3, w4, [x20, #0]; staddl w5, [x20]; ldaddb w6, w7, [x20]
    bl report
    begin
    ldclr x1, x2, [x20]; ldset w3, w4, [x20]; ldeorh w5, w6, [x20]; swp x7, x0, [x20]
    bl report
    begin
    ldsmax x1, x2, [x20]; ldsmin w3, w4, [x20]; ldumaxh w5, w6, [x20]; ldumin x7, x0, [x20]
    bl report
    begin
    ldr b0, [x20]; ldr h1, [x20]; ldr s2, [x20]; ldr d3, [x20]
    bl report
    begin
    ldr q0, [x20, #16]; str q1, [x20]; ldur q2, [x20, #5]; stur q3, [x20, #37]
    bl report
    begin
    str b0, [x20]; str h1, [x20, #2]; str s2, [x20, #4]; str d3, [x20, #8]
    bl report
    begin
    ldp q0, q1, [x20]; stp q2, q3, [x20, #32]
    bl report
    begin
    ldp d0, d1, [x20]; stp s2, s3, [x20, #32]
    bl report
    begin
    ld1 {v0.16b-v3.16b}, [x20]
    bl report
    begin
    ld1 {v0.4h-v2.4h}, [x20]; st1 {v1.8h-v2.8h}, [x20]
    bl report
    begin
    ld2 {v0.4s-v1.4s}, [x20]; st2 {v2.8h-v3.8h}, [x20]
    bl report
    begin
    ld3 {v0.8h-v2.8h}, [x20]; st3 {v1.2s-v3.2s}, [x20]
    bl report
    begin
    ld4 {v0.2d-v3.2d}, [x20]; st4 {v0.4h-v3.4h}, [x20]
    bl report
    begin
    ld1 {v0.d}[1], [x20]; ld2 {v1.h-v2.h}[3], [x20]; st3 {v0.s-v2.s}[1], [x20]
    bl report
    begin
    ld1r {v0.8h}, [x20]; ld4r {v0.2s-v3.2s}, [x20]
    bl report

    /* E0E is EL0's alone: at EL1 nothing changes. */
    bl prepare
    mrs x9, sctlr_el1
    orr x9, x9, #1 << 24
    msr sctlr_el1, x9
    isb
    ldr x1, [x20]
    str w2, [x20]
    bl report
    /* And EL0 obeys it: there and back by SVC. */
    bl prepare
    mrs x9, sctlr_el1
    orr x9, x9, #1 << 24
    msr sctlr_el1, x9
    adr x9, el0
    msr elr_el1, x9
    msr spsr_el1, xzr
    eret
el0:
    ldr x1, [x20]
    str w2, [x20]
    svc #0
back:
    bl report

    /* Tables in big-endian order: a block of 1 GiB for the first and the second, AF, at level 1. */
    bl prepare
    ldr x9, =0x0000000000000401     /* device memory at 0 */
    ldr x10, =0x0000000040000405    /* this RAM */
    adr x11, table
    rev x9, x9
    rev x10, x10
    stp x9, x10, [x11]
    msr ttbr0_el1, x11
    ldr x9, =(25 | 1 << 23 | 2 << 32)
    msr tcr_el1, x9
    ldr x9, =0xff00
    msr mair_el1, x9
    isb
    bl big
    mrs x9, sctlr_el1
    orr x9, x9, #1
    msr sctlr_el1, x9
    isb
    ldr x1, [x20]
    bic x9, x9, #1
    msr sctlr_el1, x9
    isb
    bl report

    adr x1, exit_block
    mov w0, #0x20           /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .

big:
    mrs x9, sctlr_el1
    orr x9, x9, #1 << 25
    msr sctlr_el1, x9
    isb
    ret

prepare:
    adr x20, buffer
    mov x21, #8
    ldr x9, =0x0123456789abcdef
    mov x10, #0
    adr x11, buffer
1:  eor x9, x9, x9, ror #13
    add x9, x9, #0x5bd
    str x9, [x11, x10]
    add x10, x10, #8
    cmp x10, #128
    b.ne 1b
    eor x0, x9, x9, ror #7
    add x0, x0, #0x3d
    eor x1, x0, x0, ror #7
    add x1, x1, #0x3d
    eor x2, x1, x1, ror #7
    add x2, x2, #0x3d
    eor x3, x2, x2, ror #7
    add x3, x3, #0x3d
    eor x4, x3, x3, ror #7
    add x4, x4, #0x3d
    eor x5, x4, x4, ror #7
    add x5, x5, #0x3d
    eor x6, x5, x5, ror #7
    add x6, x6, #0x3d
    eor x7, x6, x6, ror #7
    add x7, x7, #0x3d
    .irp n, 0, 1, 2, 3
    mov v\n\().d[0], x\n
    mov v\n\().d[1], x4
    .endr
    ret

/* The digest of everything, in hexadecimal; little-endian again. */
report:
    mrs x9, sctlr_el1
    bic x9, x9, #3 << 24
    msr sctlr_el1, x9
    isb
    adr x9, saved
    stp x0, x1, [x9]
    stp x2, x3, [x9, #16]
    stp x4, x5, [x9, #32]
    stp x6, x7, [x9, #48]
    stp q0, q1, [x9, #64]
    stp q2, q3, [x9, #96]
    ldr x10, =0x9e3779b97f4a7c15
    mov x11, #0
    mov x12, #256           /* saved, buffer */
1:  ldr x13, [x9], #8
    eor x11, x11, x13
    mul x11, x11, x10
    ror x11, x11, #29
    subs x12, x12, #8
    b.ne 1b
    print_line x11
    ret

    .balign 8
literal: .quad 0x8081828384858687
    .ltorg

    .balign 2048
vectors:
    .space 0x200
    mov w0, #0x18           /* unexpected: ends with a failure */
    mov x1, #0
    hlt #0xf000
    b .
    .balign 0x200
    b back
    .balign 16
saved: .space 128
buffer: .space 128
exit_block: .quad 0x20026, 0
line: .asciz "0000000000000000\n"
    .balign 4096
table: .space 16
