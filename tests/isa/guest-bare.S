/* SPDX-License-Identifier: MIT */
/*
 * The runner on a bare machine, at EL1 with semihosting (SYS_WRITE0, SYS_EXIT); isa_exec() enters
 * the test at EL0 and comes back by its exception. EL0 sees the tests and the buffer only.
 */
        .arch   armv8-a+fp+simd
        .set    X, 512 /* offsets in IsaState */
        .set    SP_EL, X + 31 * 8
        .set    NZCV, SP_EL + 8
        .set    FPCR, NZCV + 8
        .set    FPSR, FPCR + 8
        .set    PC, FPSR + 8
        .set    FAULT, PC + 8
        .set    SIGNAL, FAULT + 8
        .set    BRK_EC, 0x3c

        .global _start
_start:
        mov     x0, #3 << 20 /* CPACR_EL1.FPEN */
        msr     cpacr_el1, x0
        adr     x0, vectors
        msr     vbar_el1, x0
        adrp    x0, table1
        msr     ttbr0_el1, x0
        mov     x1, #0xff
        msr     mair_el1, x1
        /* 39 bits, write-back, EPD1, 40 bits of output, TBI0 */
        ldr     x1, =(25 | 1 << 23 | 2 << 32 | 3 << 12 | 1 << 10 | 1 << 8 | 1 << 37)
        msr     tcr_el1, x1
        isb
        /* UCI, nTWE, nTWI, UCT, DZE, I, SA, C, M, and RES1 as of Armv8.0. Not SA0: the reference
         * does not check the alignment of SP. */
        ldr     x1, =(1 << 26 | 1 << 18 | 1 << 16 | 1 << 15 | 1 << 14 | 0x100d | 0x30d00800)
        msr     sctlr_el1, x1
        isb
        adrp    x0, isa_stack_top
        add     sp, x0, :lo12:isa_stack_top
        bl      isa_main
        mov     x2, #0
isa_exit:
        adr     x1, exit_block
        str     x2, [x1, #8]
        mov     x0, #0x18
        hlt     #0xf000
1:      b       1b

        .global isa_puts
isa_puts:
        mov     x1, x0
        mov     x0, #4
        hlt     #0xf000
        ret

/* void isa_exec(IsaState *s, const void *stub) */
        .global isa_exec
isa_exec:
        stp     x29, x30, [sp, #-96]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        msr     tpidr_el1, x0
        msr     elr_el1, x1
        ldr     x1, [x0, #NZCV]
        orr     x1, x1, #0x3c0 /* EL0, all masked */
        msr     spsr_el1, x1
        ldr     x1, [x0, #FPCR]
        msr     fpcr, x1
        ldr     x1, [x0, #FPSR]
        msr     fpsr, x1
        ldr     x1, [x0, #SP_EL]
        msr     sp_el0, x1
        .irp    n, 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30
        ldr     q\n, [x0, #\n * 16]
        .endr
        .irp    n, 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31
        ldr     q\n, [x0, #\n * 16]
        .endr
        .irp    n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
        ldr     x\n, [x0, #X + \n * 8]
        .endr
        ldr     x0, [x0, #X]
        eret

from_el0:
        stp     x0, x1, [sp, #-16]!
        mrs     x0, tpidr_el1
        .irp    n, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
        str     x\n, [x0, #X + \n * 8]
        .endr
        ldp     x2, x3, [sp], #16
        str     x2, [x0, #X]
        str     x3, [x0, #X + 8]
        .irp    n, 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30
        str     q\n, [x0, #\n * 16]
        .endr
        .irp    n, 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31
        str     q\n, [x0, #\n * 16]
        .endr
        mrs     x1, sp_el0
        str     x1, [x0, #SP_EL]
        mrs     x1, spsr_el1
        str     x1, [x0, #NZCV]
        mrs     x1, fpcr
        str     x1, [x0, #FPCR]
        mrs     x1, fpsr
        str     x1, [x0, #FPSR]
        mrs     x1, elr_el1
        str     x1, [x0, #PC]
        mrs     x1, far_el1
        str     x1, [x0, #FAULT]
        mrs     x1, esr_el1
        ubfx    x2, x1, #26, #6 /* EC */
        adr     x3, signals
        ldrb    w2, [x3, x2]
        and     x1, x1, #0x3f
        cmp     x1, #0x21 /* alignment fault */
        ccmp    x2, #11, #0, eq
        mov     x3, #7
        csel    x2, x3, x2, eq
        str     x2, [x0, #SIGNAL]
        msr     fpcr, xzr
        ldp     x19, x20, [sp, #16]
        ldp     x21, x22, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #64]
        ldp     x27, x28, [sp, #80]
        ldp     x29, x30, [sp], #96
        ret

unexpected:
        adr     x0, message
        bl      isa_puts
        mov     x2, #1
        b       isa_exit

        .balign 2048
vectors:
        .rept   8
        b       unexpected
        .balign 128
        .endr
        b       from_el0
        .balign 128
        .rept   7
        b       unexpected
        .balign 128
        .endr

        .data
        .balign 8
exit_block:
        .quad   0x20026, 0 /* ADP_Stopped_ApplicationExit, status */
/* The signal that Linux makes of an exception class. */
signals: /* of 64; the others: undefined, trapped, illegal state, branch target, FPAC */
        .fill   0x20, 1, 4
        .byte   11, 4, 7 /* instruction abort, -, PC alignment */
        .byte   4, 11, 4, 7 /* -, data abort, -, SP alignment */
        .fill   BRK_EC - 0x27, 1, 4
        .byte   5
        .fill   63 - BRK_EC, 1, 4
message:
        .asciz  "unexpected exception\n"

        .balign 4096
table1: .quad   0, table2 + 3 /* 1 GiB from 0x40000000 */
        .skip   4096 - 16

/* Blocks of 2 MiB; normal memory, AF, inner shareable, EL0 may not execute. */
table2:
        .set    block, 0
        .rept   512
        .if     block == 4
        .quad   table3 + 3
        .elseif block == 256 || block == 257 /* the tests: read-only, EL0 executes */
        .quad   (0x40000000 + (block << 21)) | 0x7c1 | 1 << 53
        .else
        .quad   (0x40000000 + (block << 21)) | 0x701 | 1 << 54
        .endif
        .set    block, block + 1
        .endr
/* The buffer, and nothing around it. */
table3:
        .quad   0x40800000 | 0x743 | 3 << 53, 0x40801000 | 0x743 | 3 << 53
        .skip   4096 - 16

        .bss
        .balign 16
        .skip   65536
isa_stack_top:
        .balign 16
        .skip   16

        .section .isabuf, "aw", @nobits
        .skip   8192
