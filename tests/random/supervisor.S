/* SPDX-License-Identifier: MIT */
/*
 * Keeps a CPU busy with random words at the level below its own: EL0, EL1 or EL2 for S = 1, 2, 3
 * (as --defsym S=N). run.py puts all of this, tables, words and parameters into memory.
 *
 * Every exception gets here, by itself or through the vectors of the random level. It gives all
 * registers new values and goes on at the next word; now and then, and on the timer's interrupt, at
 * another word, after it has put the random level's system registers right.
 */
        .set    BASE, 0x40000000
        .set    TARGET_VECTORS, 0x40200000
        .set    CODE, 0x40400000
        .set    DATA, 0x40600000
        .set    GICD, 0x08000000
        .set    GICC, 0x08010000
        .set    GICR, 0x080a0000
        .set    PERIOD, 62500 /* a millisecond of the timer */

        /* Parameters, as run.py writes them. */
        .set    P_SEED, 0x00
        .set    P_COUNT, 0x08
        .set    P_MODE, 0x10
        .set    P_FLAGS, 0x18 /* of SPSR that are random */
        .set    P_SCTLR, 0x20
        .set    P_TCR, 0x28
        .set    P_MAIR, 0x30
        .set    P_TTBR0, 0x38
        .set    P_TTBR1, 0x40
        .set    P_HCR, 0x48
        .set    P_VTCR, 0x50
        .set    P_VTTBR, 0x58
        .set    P_SCR, 0x60
        .set    P_MDSCR, 0x68
        .set    P_USER, 0x70 /* CNTKCTL_EL1 and PMUSERENR_EL0 */
        .set    P_TICKS, 0x78
        .set    P_GICV3, 0x80 /* whether there is a GICv3 */
        .set    P_REGS, 0x100

        .if     S == 1
        .set    TIMER_ID, 30
        .macro  arm_timer x
        msr     cntp_tval_el0, \x
        .endm
        .macro  start_timer x
        msr     cntp_ctl_el0, \x
        .endm
        .elseif S == 2
        .set    TIMER_ID, 26
        .macro  arm_timer x
        msr     cnthp_tval_el2, \x
        .endm
        .macro  start_timer x
        msr     cnthp_ctl_el2, \x
        .endm
        .else
        .set    TIMER_ID, 29
        .macro  arm_timer x
        msr     cntps_tval_el1, \x
        .endm
        .macro  start_timer x
        msr     cntps_ctl_el1, \x
        .endm
        .endif

        .macro  get x, reg
        .if     S == 1
        mrs     \x, \reg\()_el1
        .elseif S == 2
        mrs     \x, \reg\()_el2
        .else
        mrs     \x, \reg\()_el3
        .endif
        .endm
        .macro  put reg, x
        .if     S == 1
        msr     \reg\()_el1, \x
        .elseif S == 2
        msr     \reg\()_el2, \x
        .else
        msr     \reg\()_el3, \x
        .endif
        .endm
        /* load parameter \of into register \reg */
        .macro  set reg, of
        ldr     x0, [x20, #\of]
        msr     \reg, x0
        .endm

        /* The next of xorshift's numbers, in x21. */
        .macro  random
        eor     x21, x21, x21, lsl #13
        eor     x21, x21, x21, lsr #7
        eor     x21, x21, x21, lsl #17
        .endm

        .text
start:
        ldr     x20, =BASE + 0x8000
        adr     x0, vectors
        put     vbar, x0
        ldr     x0, =BASE + 0x7ff0
        mov     sp, x0
        bl      start_gic
        .if     S == 1
        set     mair_el1, P_MAIR
        set     tcr_el1, P_TCR
        set     ttbr0_el1, P_TTBR0
        set     ttbr1_el1, P_TTBR1
        set     mdscr_el1, P_MDSCR
        set     cntkctl_el1, P_USER
        mov     x0, #3 << 20
        msr     cpacr_el1, x0
        isb
        set     sctlr_el1, P_SCTLR
        isb
        set     pmuserenr_el0, P_USER /* last: a CPU may have none, and the vectors take over */
        .elseif S == 2
        msr     cptr_el2, xzr
        set     vtcr_el2, P_VTCR
        set     vttbr_el2, P_VTTBR
        mov     x0, #3
        msr     cnthctl_el2, x0
        set     hcr_el2, P_HCR
        .else
        msr     cptr_el3, xzr
        set     scr_el3, P_SCR
        .endif
        isb
        b       elsewhere

/* The timer is a private interrupt of group 0: an IRQ with a GICv2, an FIQ with a GICv3. */
start_gic:
        ldr     x1, =GICD
        ldr     x0, [x20, #P_GICV3]
        cbnz    x0, 1f
        ldr     x2, =GICC
        mov     w0, #1 << TIMER_ID
        str     w0, [x1, #0x100]
        mov     w0, #1
        str     w0, [x1]
        str     w0, [x2]
        mov     w0, #0xff
        str     w0, [x2, #4]
        b       2f
1:      mov     w0, #1
        str     w0, [x1]
        ldr     x1, =GICR
        str     wzr, [x1, #0x14] /* WAKER */
        add     x1, x1, #16, lsl #12
        mov     w0, #1 << TIMER_ID
        str     wzr, [x1, #0x80]
        str     w0, [x1, #0x100]
        mov     x0, #15
        put     icc_sre, x0
        isb
        mov     x0, #0xff
        msr     icc_pmr_el1, x0
        mov     x0, #1
        msr     icc_igrpen0_el1, x0
2:      ldr     x0, =PERIOD
        arm_timer x0
        mov     x0, #1
        start_timer x0
        ret

        .balign 0x800
vectors:
        .rept   4
        .balign 0x80
        b       synchronous
        .balign 0x80
        b       interrupt
        .balign 0x80
        b       interrupt
        .balign 0x80
        b       synchronous
        .endr
        .balign 0x80

interrupt:
        ldr     x20, =BASE + 0x8000
        ldr     x0, [x20, #P_GICV3]
        cbnz    x0, 1f
        ldr     x2, =GICC
        ldr     w0, [x2, #0xc]
        str     w0, [x2, #0x10]
        b       2f
1:      mrs     x0, icc_iar0_el1
        msr     icc_eoir0_el1, x0
2:      ldr     x0, [x20, #P_TICKS]
        add     x0, x0, #1
        str     x0, [x20, #P_TICKS]
        bl      start_gic
        b       elsewhere

synchronous:
        ldr     x20, =BASE + 0x8000
        ldr     x0, [x20, #P_COUNT]
        add     x0, x0, #1
        str     x0, [x20, #P_COUNT]
        tst     x0, #4095
        b.eq    repair
        tst     x0, #63
        b.eq    elsewhere
        get     x0, elr
        bl      in_code
        b.lo    next
        .if     S == 2
        mrs     x0, elr_el1
        bl      in_code
        b.lo    next
        .elseif S == 3
        mrs     x0, elr_el2
        bl      in_code
        b.lo    next
        .endif
        b       elsewhere
next:   add     x0, x0, #4
        b       go

/* Compare the offset of x0 in the random words with their size. */
in_code:
        ldr     x1, =CODE
        sub     x1, x0, x1
        cmp     x1, #0x1ff, lsl #12
        ret

repair: bl      start_gic
elsewhere:
        ldr     x20, =BASE + 0x8000
        .if     S == 2
        ldr     x0, =TARGET_VECTORS
        msr     vbar_el1, x0
        set     mair_el1, P_MAIR
        set     tcr_el1, P_TCR
        set     ttbr0_el1, P_TTBR0
        set     ttbr1_el1, P_TTBR1
        set     mdscr_el1, P_MDSCR
        set     cntkctl_el1, P_USER
        mov     x0, #3 << 20
        msr     cpacr_el1, x0
        set     sctlr_el1, P_SCTLR
        tlbi    vmalls12e1
        .elseif S == 3
        ldr     x0, =TARGET_VECTORS
        msr     vbar_el2, x0
        set     mair_el2, P_MAIR
        set     tcr_el2, P_TCR
        set     ttbr0_el2, P_TTBR0
        set     mdscr_el1, P_MDSCR
        set     hcr_el2, P_HCR
        set     vtcr_el2, P_VTCR
        set     vttbr_el2, P_VTTBR
        msr     cptr_el2, xzr
        set     sctlr_el2, P_SCTLR
        tlbi    alle2
        tlbi    alle1
        .endif
        dsb     ish
        isb
        ldr     x21, [x20, #P_SEED]
        random
        str     x21, [x20, #P_SEED]
        ldr     x1, =CODE
        ubfx    x0, x21, #9, #19
        add     x0, x1, x0, lsl #2

/* Continue at x0 with new values in all registers. */
go:     put     elr, x0
        ldr     x21, [x20, #P_SEED]
        ldr     x0, [x20, #P_FLAGS]
        random
        and     x0, x0, x21
        ldr     x1, [x20, #P_MODE]
        orr     x0, x0, x1
        put     spsr, x0
        add     x19, x20, #P_REGS
        mov     w18, #32
1:      random
        and     w1, w30, #7
        ubfx    x2, x21, #8, #30
        cmp     w1, #4
        b.eq    2f
        b.gt    3f
        ldr     x0, =DATA
        and     x2, x2, #0xffffff
        add     x0, x0, x2
        tbz     x21, #3, 9f
        and     x0, x0, #~15
        b       9f
2:      ldr     x0, =CODE
        and     x2, x2, #0x1ffffc
        add     x0, x0, x2
        b       9f
3:      cmp     w1, #6
        and     x0, x2, #0xffff
        b.eq    9f
        mov     x0, x21
        b.lt    9f
        ubfx    x1, x21, #3, #5
        mov     x0, x2 /* a device, most often */
        cmp     x1, #24
        b.lt    9f
        ldr     x0, =0x84000000
        bfi     x0, x2, #0, #5
        bfi     x0, x21, #30, #1
        cmp     x1, #25
        b.lt    9f
        sbfx    x0, x21, #20, #40
9:      str     x0, [x19], #8
        sub     w18, w18, #1
        cbnz    w18, 1b
        str     x21, [x20, #P_SEED]
        add     x19, x20, #P_REGS
        .irp    n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
        ldr     q\n, [x19, #\n * 8]
        .endr
        ldr     x0, [x19, #248]
        .if     S == 1
        msr     sp_el0, x0
        .elseif S == 2
        msr     sp_el1, x0
        .else
        msr     sp_el2, x0
        .endif
        ldr     x30, [x19, #240]
        ldr     x0, [x19]
        ldp     x1, x2, [x19, #8]
        ldp     x3, x4, [x19, #24]
        ldp     x5, x6, [x19, #40]
        ldp     x7, x8, [x19, #56]
        ldp     x9, x10, [x19, #72]
        ldp     x11, x12, [x19, #88]
        ldp     x13, x14, [x19, #104]
        ldp     x15, x16, [x19, #120]
        ldp     x17, x18, [x19, #136]
        ldp     x20, x21, [x19, #160]
        ldp     x22, x23, [x19, #176]
        ldp     x24, x25, [x19, #192]
        ldp     x26, x27, [x19, #208]
        ldp     x28, x29, [x19, #224]
        ldr     x19, [x19, #152]
        eret

        .ltorg
