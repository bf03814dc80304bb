/* SPDX-License-Identifier: MIT */
/*
 * Entry, vectors, and the way down to an Exception level and back.
 *
 * main() runs at the highest Exception level that the machine has, on its SP_ELx. An exception
 * stores the registers in the frame of the level that takes it, and calls trace_exception() on that
 * level's own stack; so a wrong stack pointer of the code under test does no harm. run_asm() goes
 * to `fn` with an exception return; leave_asm() comes back from the handler of the highest level.
 */
    .arch armv8.5-a
    .section .text.start, "ax"
    .global start
start:
    msr daifset, #15
    ldr x1, =stacks
    mrs x0, CurrentEL
    lsr x0, x0, #2
    ldr x2, =top_el
    str x0, [x2]
    cmp x0, #3
    b.eq 3f
    cmp x0, #2
    b.eq 2f
    b 1f
3:  mov x2, #0x531          /* RW, HCE, NS */
    msr scr_el3, x2
    msr cptr_el3, xzr
    msr mdcr_el3, xzr
    msr sctlr_el3, xzr
    ldr x2, =vectors3
    msr vbar_el3, x2
    isb
    mrs x2, id_aa64pfr0_el1
    tst x2, #0xf00
    b.eq 1f
2:  mov x2, #1 << 31        /* RW */
    msr hcr_el2, x2
    mov x2, #0x33ff
    msr cptr_el2, x2
    msr mdcr_el2, xzr
    msr hstr_el2, xzr
    msr vttbr_el2, xzr
    msr cntvoff_el2, xzr
    mov x2, #3
    msr cnthctl_el2, x2
    mrs x2, midr_el1
    msr vpidr_el2, x2
    mrs x2, mpidr_el1
    msr vmpidr_el2, x2
    ldr x2, =0x30c50830
    msr sctlr_el2, x2
    ldr x2, =vectors2
    msr vbar_el2, x2
1:  ldr x2, =0x30d00800
    msr sctlr_el1, x2
    ldr x2, =vectors1
    msr vbar_el1, x2
    mov x2, #3 << 20
    msr cpacr_el1, x2
    isb
    msr spsel, #1
    add x1, x1, #0x8000
    mov sp, x1
    bl main
    .global finish
finish:
    ldr x1, =exit_block
    mov w0, #0x20           /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .

    /* uint64_t run_asm(spsr, fn, const uint64_t args[8], context[13], back) */
    .global run_asm
run_asm:
    mov x10, x4
    stp x19, x20, [x3]
    stp x21, x22, [x3, #16]
    stp x23, x24, [x3, #32]
    stp x25, x26, [x3, #48]
    stp x27, x28, [x3, #64]
    stp x29, x30, [x3, #80]
    mov x4, sp
    str x4, [x3, #96]
    sub sp, sp, #1024       /* for code at this level */
    ldr x5, =top_el
    ldr x5, [x5]
    cmp x5, #2
    b.eq 2f
    b.hi 3f
    msr spsr_el1, x0
    msr elr_el1, x1
    b 9f
2:  msr spsr_el2, x0
    msr elr_el2, x1
    b 9f
3:  msr spsr_el3, x0
    msr elr_el3, x1
9:  isb
    mov x9, x2
    mov x30, x10
    ldp x0, x1, [x9]
    ldp x2, x3, [x9, #16]
    ldp x4, x5, [x9, #32]
    ldp x6, x7, [x9, #48]
    eret
    .global leave
leave:                      /* the code under test returns here, at its level */
    svc #0xe0e0
    b leave
    .global leave_by_hvc, leave_by_smc
leave_by_hvc:               /* past EL1, whose handler may be trapped */
    hvc #0xe0e1
    b leave_by_hvc
leave_by_smc:
    smc #0xe0e1
    b leave_by_smc

    /* leave_asm(context, value): run_asm() returns value */
    .global leave_asm
leave_asm:
    ldp x19, x20, [x0]
    ldp x21, x22, [x0, #16]
    ldp x23, x24, [x0, #32]
    ldp x25, x26, [x0, #48]
    ldp x27, x28, [x0, #64]
    ldp x29, x30, [x0, #80]
    ldr x4, [x0, #96]
    mov sp, x4
    mov x0, x1
    ret

/* A frame: x0 to x30, SP, ELR, SPSR, ESR, FAR, vector. */
    .macro entry el, vec
    .balign 128
    msr tpidr_el\el, x0
    adrp x0, frames
    add x0, x0, :lo12:frames + \el * 512
    stp x1, x2, [x0, #8]
    mov x1, #\vec
    b common\el
    .endm

    .macro level el
    .balign 2048
    .global vectors\el
vectors\el:
    .set v, 0
    .rept 16
    entry \el, v
    .set v, v + 128
    .endr
common\el:
    stp x3, x4, [x0, #24]
    stp x5, x6, [x0, #40]
    stp x7, x8, [x0, #56]
    stp x9, x10, [x0, #72]
    stp x11, x12, [x0, #88]
    stp x13, x14, [x0, #104]
    stp x15, x16, [x0, #120]
    stp x17, x18, [x0, #136]
    stp x19, x20, [x0, #152]
    stp x21, x22, [x0, #168]
    stp x23, x24, [x0, #184]
    stp x25, x26, [x0, #200]
    stp x27, x28, [x0, #216]
    stp x29, x30, [x0, #232]
    mrs x2, tpidr_el\el
    str x2, [x0]
    mov x2, sp
    mrs x3, elr_el\el
    mrs x4, spsr_el\el
    mrs x5, esr_el\el
    mrs x6, far_el\el
    stp x2, x3, [x0, #248]
    stp x4, x5, [x0, #264]
    stp x6, x1, [x0, #280]
    adrp x2, stacks + 0x8000 + \el * 0x4000
    add x2, x2, :lo12:stacks + 0x8000 + \el * 0x4000
    mov sp, x2
    mov x1, #\el
    bl trace_exception
    adrp x0, frames
    add x0, x0, :lo12:frames + \el * 512
    ldp x2, x3, [x0, #248]
    ldr x4, [x0, #264]
    mov sp, x2
    msr elr_el\el, x3
    msr spsr_el\el, x4
    ldp x1, x2, [x0, #8]
    ldp x3, x4, [x0, #24]
    ldp x5, x6, [x0, #40]
    ldp x7, x8, [x0, #56]
    ldp x9, x10, [x0, #72]
    ldp x11, x12, [x0, #88]
    ldp x13, x14, [x0, #104]
    ldp x15, x16, [x0, #120]
    ldp x17, x18, [x0, #136]
    ldp x19, x20, [x0, #152]
    ldp x21, x22, [x0, #168]
    ldp x23, x24, [x0, #184]
    ldp x25, x26, [x0, #200]
    ldp x27, x28, [x0, #216]
    ldp x29, x30, [x0, #232]
    ldr x0, [x0]
    eret
    .endm

    .text
    level 1
    level 2
    level 3

    .data
    .balign 16
exit_block: .quad 0x20026, 0
    .bss
    .balign 4096
    .global frames
frames: .space 2048
