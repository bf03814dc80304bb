/* SPDX-License-Identifier: MIT */
/*
 * A driver of the example device (docs/add-a-device.md), first on the platform bus of `virt`: five
 * timeouts of a millisecond, each of which sends a dot, and every byte that comes goes back plus
 * one. All by interrupts; ends with status 3 after five dots and a 'q'.
 */
    .equ EXAMPLE, 0x0c000000
    .equ STATUS, 4
    .equ IRQ_ENABLE, 8
    .equ LOAD, 12
    .equ DATA, 16
    .equ FREQ, 20
    .equ GICD, 0x08000000
    .equ GICC, 0x08010000
    .equ INTID, 144         /* SPI 112 */

    .text
start:
    adr x0, vectors
    msr vbar_el1, x0
    isb
    ldr x1, =EXAMPLE
    ldr x2, =GICC
    ldr x3, =GICD
    mov w0, #1 << (INTID % 32)
    str w0, [x3, #0x100 + INTID / 32 * 4]   /* GICD_ISENABLER4 */
    mov w0, #0xff
    str w0, [x2, #4]        /* GICC_PMR: all priorities */
    mov w0, #1
    str w0, [x2]            /* GICC_CTLR */
    str w0, [x3]            /* GICD_CTLR */
    ldr w0, [x1]
    ldr w4, =0x45584d31
    cmp w0, w4
    b.ne fail
    ldr w22, [x1, #FREQ]
    mov w4, #1000
    udiv w22, w22, w4       /* cycles of a millisecond */
    mov w20, #0             /* timeouts */
    mov w21, #0             /* the last byte */
    mov w0, #3
    str w0, [x1, #IRQ_ENABLE]
    str w22, [x1, #LOAD]
wait:
    msr daifset, #2         /* what comes behind the comparison ends the WFI all the same */
    cmp w20, #5
    b.lo 1f
    cmp w21, #'q'
    b.eq 2f
1:  wfi
    msr daifclr, #2
    b wait
2:  mov x0, #3
    b exit
fail:
    mov x0, #1
exit:
    adr x1, exit_block
    str x0, [x1, #8]
    mov w0, #0x20           /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .

interrupt:
    ldr w10, [x2, #12]      /* GICC_IAR */
    cmp w10, #INTID
    b.ne 3f                 /* spurious: it has gone */
    ldr w11, [x1, #STATUS]
    tbz w11, #0, 1f
    mov w12, #1
    str w12, [x1, #STATUS]
    mov w12, #'.'
    str w12, [x1, #DATA]
    add w20, w20, #1
    cmp w20, #5
    b.hs 1f
    str w22, [x1, #LOAD]
1:  tbz w11, #1, 2f
    ldr w21, [x1, #DATA]
    add w12, w21, #1
    str w12, [x1, #DATA]
2:  str w10, [x2, #16]      /* GICC_EOIR */
3:  eret

    .balign 2048
vectors:
    .space 0x280
    b interrupt             /* IRQ, from EL1 with SP_EL1 */
    .balign 8
exit_block: .quad 0x20026, 0
