/* SPDX-License-Identifier: MIT */
/* Something to look at with a debugger: a counter in memory, calls, an exception, FP. */
    .text
start:
    adr x9, stack_top
    mov sp, x9
    adr x9, vectors
    msr vbar_el1, x9
    mov x9, #3 << 20        /* FP and SIMD do not trap */
    msr cpacr_el1, x9
    isb
    adr x1, counter
    mov x0, #0
    fmov d0, #1.5
    movi v1.16b, #0x5a
loop:
    bl bump
    fadd d0, d0, d0
    add x0, x0, #1
    cmp x0, #20
    b.ne loop
    svc #7                  /* the handler counts in x20 */
    mov x0, #0
    b loop

bump:
    stp x29, x30, [sp, #-16]!
    mov x29, sp
    ldr x2, [x1]
    add x2, x2, #1
    str x2, [x1]
    strb w2, [x1, #9]
    stp x2, x0, [x1, #16]
    str q1, [x1, #32]
    ldr q2, [x1, #32]
    add x5, x1, #48
again:
    ldxr w3, [x5]
    add w3, w3, #3
    stxr w4, w3, [x5]
    cbnz w4, again
    ldp x29, x30, [sp], #16
    ret

    .balign 2048
vectors:
    .space 0x200
    add x20, x20, #1        /* synchronous, from EL1 with SP_EL1 */
    eret

    .balign 4096
counter:
    .space 64
    .space 960
stack_top:
