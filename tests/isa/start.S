/* SPDX-License-Identifier: MIT */
/*
 * The runner of random A64 instructions: bare metal, EL1, no MMU tables but a flat map with caches
 * off... the state block has x0-x30, sp, nzcv, q0-q31, fpcr, fpsr, esr.
 */
    .section .text.start, "ax"
    .global _start
_start:
    ldr x0, =stack_top
    mov sp, x0
    mov x0, #(3 << 20)
    msr cpacr_el1, x0
    adr x0, vectors
    msr vbar_el1, x0
    bl setup_mmu
    isb
    bl main
    /* SYS_EXIT with {ADP_Stopped_ApplicationExit, status} */
    ldr x1, =0x20026
    stp x1, x0, [sp, #-16]!
    mov x1, sp
    mov w0, #0x18
    hlt #0xf000
1:  b 1b

    .global semihost
semihost:
    hlt #0xf000
    ret

/* void run(const void *entry, struct state *s) */
    .global run
run:
    stp x29, x30, [sp, #-96]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    adrp x2, saved_sp
    mov x3, sp
    str x3, [x2, #:lo12:saved_sp]
    str x1, [x2, #:lo12:saved_state]
    add x3, x1, #272
    ldp q0, q1, [x3], #32
    ldp q2, q3, [x3], #32
    ldp q4, q5, [x3], #32
    ldp q6, q7, [x3], #32
    ldp q8, q9, [x3], #32
    ldp q10, q11, [x3], #32
    ldp q12, q13, [x3], #32
    ldp q14, q15, [x3], #32
    ldp q16, q17, [x3], #32
    ldp q18, q19, [x3], #32
    ldp q20, q21, [x3], #32
    ldp q22, q23, [x3], #32
    ldp q24, q25, [x3], #32
    ldp q26, q27, [x3], #32
    ldp q28, q29, [x3], #32
    ldp q30, q31, [x3], #32
    ldp x4, x5, [x3]
    msr fpcr, x4
    msr fpsr, x5
    str xzr, [x3, #16]
    str x0, [x1, #240]
    ldr x2, [x1, #248]
    mov sp, x2
    ldr x2, [x1, #256]
    msr nzcv, x2
    mov x30, x1
    ldp x0, x1, [x30]
    ldp x2, x3, [x30, #16]
    ldp x4, x5, [x30, #32]
    ldp x6, x7, [x30, #48]
    ldp x8, x9, [x30, #64]
    ldp x10, x11, [x30, #80]
    ldp x12, x13, [x30, #96]
    ldp x14, x15, [x30, #112]
    ldp x16, x17, [x30, #128]
    ldp x18, x19, [x30, #144]
    ldp x20, x21, [x30, #160]
    ldp x22, x23, [x30, #176]
    ldp x24, x25, [x30, #192]
    ldp x26, x27, [x30, #208]
    ldp x28, x29, [x30, #224]
    ldr x30, [x30, #240]
    br x30

    .global done
done:
    msr tpidr_el1, x30
    adrp x30, saved_state
    ldr x30, [x30, #:lo12:saved_state]
    stp x0, x1, [x30]
    stp x2, x3, [x30, #16]
    stp x4, x5, [x30, #32]
    stp x6, x7, [x30, #48]
    stp x8, x9, [x30, #64]
    stp x10, x11, [x30, #80]
    stp x12, x13, [x30, #96]
    stp x14, x15, [x30, #112]
    stp x16, x17, [x30, #128]
    stp x18, x19, [x30, #144]
    stp x20, x21, [x30, #160]
    stp x22, x23, [x30, #176]
    stp x24, x25, [x30, #192]
    stp x26, x27, [x30, #208]
    stp x28, x29, [x30, #224]
    mrs x0, tpidr_el1
    str x0, [x30, #240]
    mov x0, sp
    str x0, [x30, #248]
    mrs x0, nzcv
    str x0, [x30, #256]
    add x3, x30, #272
    stp q0, q1, [x3], #32
    stp q2, q3, [x3], #32
    stp q4, q5, [x3], #32
    stp q6, q7, [x3], #32
    stp q8, q9, [x3], #32
    stp q10, q11, [x3], #32
    stp q12, q13, [x3], #32
    stp q14, q15, [x3], #32
    stp q16, q17, [x3], #32
    stp q18, q19, [x3], #32
    stp q20, q21, [x3], #32
    stp q22, q23, [x3], #32
    stp q24, q25, [x3], #32
    stp q26, q27, [x3], #32
    stp q28, q29, [x3], #32
    stp q30, q31, [x3], #32
    mrs x0, fpsr
    str x0, [x3, #8]
    msr fpcr, xzr
    adrp x0, saved_sp
    ldr x1, [x0, #:lo12:saved_sp]
    mov sp, x1
    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp x29, x30, [sp], #96
    ret

/* The syndrome goes into the state; the rest is as the instruction left it. */
trap:
    msr tpidr_el0, x30
    msr tpidrro_el0, x0
    adrp x30, saved_state
    ldr x30, [x30, #:lo12:saved_state]
    mrs x0, esr_el1
    str x0, [x30, #800]
    mrs x0, spsr_el1
    msr nzcv, x0
    mrs x0, tpidrro_el0
    mrs x30, tpidr_el0
    b done

    .balign 2048
vectors:
    .rept 4
    b bad
    .balign 128
    .endr
    b trap
    .balign 128
    .rept 11
    b bad
    .balign 128
    .endr
bad:
    b bad

    .bss
    .balign 16
saved_sp: .skip 8
saved_state: .skip 8
    .balign 16
stack: .skip 65536
    .global stack_top
stack_top:
