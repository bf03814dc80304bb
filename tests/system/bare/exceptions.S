/* SPDX-License-Identifier: MIT */
/*
 * One synchronous exception after the other; ESR, FAR, ELR and SPSR of each go to `results`, which
 * is printed in hexadecimal at the end. x27 says where the handler returns to.
 */
    .include "print.inc"
    .text
start:
    adr x0, vectors
    msr vbar_el1, x0
    mov x0, #(3<<20)
    msr cpacr_el1, x0
    isb
    ldr x28, =0x40090000
    /* SP alignment */
    ldr x0, =0x47000008
    adr x27, 1f
    mov sp, x0
    ldr x1, [sp]
1:  /* PC alignment */
    adr x27, 2f
    ldr x0, =0x47000000
    mov sp, x0
    ldr x1, [sp]
    adr x0, 2f
    add x0, x0, #2
    br x0
2:  /* software step of EL1 (KDE) */
    adr x27, 3f
    msr oslar_el1, xzr
    mov x0, #1
    orr x0, x0, #(1<<13)
    msr mdscr_el1, x0
    isb
    adr x0, step            /* with PSTATE.SS set and D clear: executes one instruction */
    msr elr_el1, x0
    mov x0, #0x5
    orr x0, x0, #(1<<21)
    msr spsr_el1, x0
    mov x5, #0
    eret
step:
    add x5, x5, #1
    add x5, x5, #1
3:  msr mdscr_el1, xzr
    str x5, [x28], #8
    /* a register of EL1 read at EL0 */
    adr x27, 4f
    adr x0, user
    msr elr_el1, x0
    msr spsr_el1, xzr
    eret
user: mov x9, #5
    mrs x0, esr_el1
4:
    adr x27, 5f
    msr daifclr, #0xf
    brk #0x123
5:  adr x27, 6f
    hvc #0
6:  adr x27, 7f
    .inst 0x00000000
7:  adr x27, 8f
    ldr x0, =0x47000004
    ldxr x1, [x0]
8:  adr x27, 9f
    ldr x0, =0xfff0000000000
    ldr x0, [x0]
9:  adr x27, 10f
    ldr x0, =0x20000000
    ldr x0, [x0]
10: adr x27, 11f
    ldr x0, =0x20000000
    br x0
11: mov x0, #0xd
    msr spsr_el1, x0
    adr x0, ill
    msr elr_el1, x0
    adr x27, 12f
    eret
ill: nop
12: 
    ldr x1, =0x40090000
    mov x20, x1
    print_and_exit
h:  mrs x0, esr_el1
    mrs x1, far_el1
    mrs x2, elr_el1
    mrs x3, spsr_el1
    stp x0, x1, [x28], #16
    stp x2, x3, [x28], #16
    lsr x0, x0, #26
    msr elr_el1, x27
    mov x0, #0x3c5
    msr spsr_el1, x0
    eret
    .balign 2048
vectors:
    .rept 16
    b h
    .balign 128
    .endr
    .balign 16
exitblk: .quad 0x20026, 7
digits: .ascii "0123456789abcdef"
ch: .byte 0
