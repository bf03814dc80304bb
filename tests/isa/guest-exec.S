/* SPDX-License-Identifier: MIT */
/*
 * void isa_exec(IsaState *s, const void *stub): loads all registers from *s, runs the stub (one
 * instruction and RET) and stores them back. X30 and SP are the runner's. Offsets: isa-state.h.
 */
        .arch   armv8-a+fp+simd
        .set    X, 512
        .set    NZCV, X + 30 * 8
        .set    FPCR, NZCV + 8
        .set    FPSR, FPCR + 8

        .global isa_exec
isa_exec:
        stp     x29, x30, [sp, #-112]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        str     x0, [sp, #96]
        mov     x30, x1
        ldr     x1, [x0, #NZCV]
        msr     nzcv, x1
        ldr     x1, [x0, #FPCR]
        msr     fpcr, x1
        ldr     x1, [x0, #FPSR]
        msr     fpsr, x1
        .irp    n, 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30
        ldr     q\n, [x0, #\n * 16]
        .endr
        .irp    n, 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31
        ldr     q\n, [x0, #\n * 16]
        .endr
        .irp    n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,0
        ldr     x\n, [x0, #X + \n * 8]
        .endr
        blr     x30
        ldr     x30, [sp, #96]
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29
        str     x\n, [x30, #X + \n * 8]
        .endr
        .irp    n, 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30
        str     q\n, [x30, #\n * 16]
        .endr
        .irp    n, 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31
        str     q\n, [x30, #\n * 16]
        .endr
        mrs     x1, nzcv
        str     x1, [x30, #NZCV]
        mrs     x1, fpsr
        str     x1, [x30, #FPSR]
        msr     fpcr, xzr
        ldp     x19, x20, [sp, #16]
        ldp     x21, x22, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #64]
        ldp     x27, x28, [sp, #80]
        ldp     x29, x30, [sp], #112
        ret

/* At ISA_BUF_ADDR, by the linker. */
        .section .isabuf, "aw", @nobits
        .skip   8192
