/* SPDX-License-Identifier: MIT */
/* Reset and exception vectors of the monitor (monitor.c), at EL3. */
    .section .text.start, "ax"
    .globl start
start:
    mrs x0, mpidr_el1
    and x0, x0, #0xff
    ldr x1, =stack_top      /* 4 KiB for each of four CPUs */
    lsl x2, x0, #12
    sub x1, x1, x2
    mov sp, x1
    ldr x1, =vectors
    msr vbar_el3, x1
    isb
    cbnz x0, 1f
    bl monitor_main         /* the device tree for the kernel */
    ldr x1, =kernel_entry
    b enter
1:  ldr x19, =mailboxes     /* the other CPUs wait for CPU_ON here */
    add x19, x19, x0, lsl #4
    bl monitor_secondary
2:  wfe
    ldr x1, [x19]
    cbz x1, 2b
    dmb sy
    ldr x0, [x19, #8]
enter:
    msr elr_el3, x1
    ldr x1, =monitor_scr
    ldr x1, [x1]
    msr scr_el3, x1
    msr cptr_el3, xzr
    ldr x1, =0x30d00800
    msr sctlr_el1, x1
    mov x1, #0x3c5          /* EL1h, all masked */
    msr spsr_el3, x1
    mov x1, xzr
    mov x2, xzr
    mov x3, xzr
    eret

    .macro save
    stp x4, x5, [sp, #-160]!
    stp x6, x7, [sp, #16]
    stp x8, x9, [sp, #32]
    stp x10, x11, [sp, #48]
    stp x12, x13, [sp, #64]
    stp x14, x15, [sp, #80]
    stp x16, x17, [sp, #96]
    stp x18, x30, [sp, #112]
    stp x1, x2, [sp, #128]
    stp x3, x0, [sp, #144]
    .endm
    .macro restore
    ldp x1, x2, [sp, #128]
    ldr x3, [sp, #144]
    ldp x18, x30, [sp, #112]
    ldp x16, x17, [sp, #96]
    ldp x14, x15, [sp, #80]
    ldp x12, x13, [sp, #64]
    ldp x10, x11, [sp, #48]
    ldp x8, x9, [sp, #32]
    ldp x6, x7, [sp, #16]
    ldp x4, x5, [sp], #160
    .endm

/* SMC from below: arguments and result in x0 to x3; everything else is the caller's. */
lower_sync:
    save
    bl monitor_smc
    restore
    eret

lower_fiq:
    save
    bl monitor_tick
    ldr x0, [sp, #152]
    restore
    eret

unexpected:
    mrs x0, esr_el3
    mrs x1, elr_el3
    bl monitor_unexpected
    b .

    .macro vector to
    .balign 128
    b \to
    .endm
    .balign 2048
vectors:
    .rept 8
    vector unexpected
    .endr
    vector lower_sync
    vector unexpected
    vector lower_fiq
    .rept 5
    vector unexpected
    .endr

/* Semihosting: status x0. */
    .globl monitor_exit
monitor_exit:
    ldr x1, =exit_block
    ldr x2, =0x20026        /* ADP_Stopped_ApplicationExit */
    stp x2, x0, [x1]
    mov w0, #0x20           /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .

    .bss
    .balign 16
exit_block: .space 16
