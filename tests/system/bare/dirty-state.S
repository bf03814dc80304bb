/* SPDX-License-Identifier: MIT */
/*
 * Hardware update of Access flag and dirty state (FEAT_HAFDBS): for each case a descriptor, the
 * bits HA and HD of TCR_EL1, and an access through it; prints ESR_EL1 of the fault (or 0) and what
 * the descriptor has become.
 */
    .include "print.inc"
    .equ AF, 1 << 10
    .equ RO, 1 << 7
    .equ DBM, 1 << 51
    .equ HA, 1
    .equ HD, 2
    .arch armv8.1-a
    .text
start:
    adr x0, vectors
    msr vbar_el1, x0
    adr x21, table
    mov x9, #0x401              /* device memory at 0, this RAM, and the block under test */
    ldr x10, =0x40000405
    stp x9, x10, [x21]
    msr ttbr0_el1, x21
    ldr x9, =0xff00
    msr mair_el1, x9
    ldr x23, =(25 | 1 << 23 | 2 << 32)
    msr tcr_el1, x23
    isb
    tlbi vmalle1
    dsb sy
    mrs x9, sctlr_el1
    mov x10, #5                 /* M, C */
    orr x9, x9, x10
    msr sctlr_el1, x9
    isb

    .macro case bits, control, code:vararg
    ldr x9, =(0x40000405 - AF + (\bits))
    ldr x10, =((\control) << 39)
    bl prepare
    \code
    bl report
    .endm
    case 0, 0, ldr x1, [x20]
    case 0, HD, ldr x1, [x20]
    case 0, HA, ldr x1, [x20]
    case 0, HA, str x1, [x20]
    case RO, HA, str x1, [x20]
    case RO, HA, ldr x1, [x20]
    case RO + DBM, HA, str x1, [x20]
    case RO + DBM, HA + HD, ldr x1, [x20]
    case RO + DBM, HA + HD, str x1, [x20]
    case RO + DBM + AF, HA + HD, str x1, [x20]
    case RO + DBM + AF, HA + HD, ldr x1, [x20]
    case RO + AF, HA + HD, str x1, [x20]
    case DBM, HA + HD, ldr x1, [x20]
    case RO + DBM, HA + HD, swp x1, x2, [x20]
    case RO + DBM, HA + HD, stxr w2, x1, [x20]
    case RO + DBM, HA + HD, dc zva, x20
    case RO + DBM, HA + HD, dc cvac, x20
    case RO + DBM, HA + HD, bl read_write
    case RO + DBM, HA + HD, blr x22
    case DBM + RO, HD, str x1, [x20]

    adr x1, exit_block
    mov w0, #0x20               /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .

/* A read first: the write after it finds the page read already. */
read_write:
    ldr x1, [x20]
    str x1, [x20]
    ret

prepare:
    str x9, [x21, #16]
    orr x10, x10, x23
    msr tcr_el1, x10
    dsb sy
    tlbi vmalle1
    dsb sy
    isb
    mov x19, #0
    adr x20, scratch
    adr x22, nothing
    mov x9, #0x40000000
    add x20, x20, x9            /* the same by the block under test */
    add x22, x22, x9
    ret

nothing:
    ret

report:
    mov x24, x30
    mov x11, x19
    bl hex
    ldr x11, [x21, #16]
    bl hex
    mov x30, x24
    ret

/* x11 and the end of a line. */
hex:
    print_line x11
    ret

fault:
    mrs x19, esr_el1
    mrs x9, elr_el1
    add x9, x9, #4
    msr elr_el1, x9
    eret
    .ltorg

    .balign 2048
vectors:
    .space 0x200
    b fault
    .balign 64
scratch: .space 64
exit_block: .quad 0x20026, 0
line: .asciz "0000000000000000\n"
    .balign 4096
table: .space 32
