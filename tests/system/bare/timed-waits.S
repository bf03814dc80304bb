/* SPDX-License-Identifier: MIT */
/*
 * WFET and WFIT (FEAT_WFxT): a letter for each case that is right, in order, else `!`; then the
 * machine is turned off. x27 is the count before a wait, x28 its ticks afterwards.
 */
        .equ    UART, 0x09000000
        .equ    TICK_MS, 62500          /* of the counter */
        .equ    FAR, 60000 * TICK_MS    /* a minute: it would be seen */

        .macro  wfet reg
        .inst   0xd5031000 | \reg
        .endm
        .macro  wfit reg
        .inst   0xd5031020 | \reg
        .endm
        .macro  count reg
        isb
        mrs     \reg, cntvct_el0
        .endm
        .macro  begin ticks             /* x26: the time that many ticks ahead */
        count   x27
        ldr     x26, =\ticks
        add     x26, x27, x26
        .endm
        .macro  end
        count   x28
        sub     x28, x28, x27
        .endm
        /* The wait took from \least to \most ticks. */
        .macro  check letter, least, most
        ldr     x0, =\least
        ldr     x1, =\most
        cmp     x28, x0
        ccmp    x28, x1, #2, hs
        mov     w0, #'!'
        mov     w1, #\letter
        csel    w0, w1, w0, ls
        bl      put
        .endm

        .global _start
_start: adr     x0, vectors
        msr     vbar_el1, x0
        ldr     x20, =UART
        /* Over before it began: nothing waits. */
        mov     x26, #0
        count   x27
        wfit    26
        wfet    26
        end
        check   'a', 0, FAR
        /* They end in time, and not before. */
        begin   5 * TICK_MS
        wfit    26
        end
        check   'b', 5 * TICK_MS, FAR
        begin   5 * TICK_MS
        wfet    26
        end
        check   'c', 5 * TICK_MS, FAR
        /* An event ends WFET; WFIT neither ends by it nor takes it. */
        sevl
        begin   2 * FAR
        wfet    26
        end
        check   'd', 0, FAR
        sevl
        begin   5 * TICK_MS
        wfit    26
        end
        check   'e', 5 * TICK_MS, FAR
        begin   2 * FAR
        wfet    26
        end
        check   'f', 0, FAR
        /* A WFET past its time takes the event, and one that times out leaves none. */
        sevl
        mov     x26, #0
        wfet    26
        begin   5 * TICK_MS
        wfet    26
        begin   5 * TICK_MS
        wfet    26
        end
        check   'g', 5 * TICK_MS, FAR
        /* A masked interrupt ends WFIT and not WFET. The GIC lets the virtual timer through. */
        ldr     x0, =0x08000000
        mov     w1, #1
        str     w1, [x0]
        mov     w1, #1 << 27
        str     w1, [x0, #0x100]
        ldr     x0, =0x08010000
        mov     w1, #0xff
        str     w1, [x0, #4]
        mov     w1, #1
        str     w1, [x0]
        ldr     x0, =5 * TICK_MS
        msr     cntv_tval_el0, x0
        mov     x0, #1
        msr     cntv_ctl_el0, x0
        begin   2 * FAR
        wfit    26
        end
        check   'h', 4 * TICK_MS, FAR
        begin   5 * TICK_MS
        wfet    26
        end
        check   'i', 5 * TICK_MS, FAR
        msr     cntv_ctl_el0, xzr
        /* Traps from EL0, by SCTLR_EL1.nTWI and nTWE; not of what is over. */
        mrs     x0, sctlr_el1
        bic     x0, x0, #1 << 16
        bic     x0, x0, #1 << 18
        msr     sctlr_el1, x0
        mov     x26, #-1
        mov     x21, #0
        msr     spsr_el1, x21
        adr     x0, user
        msr     elr_el1, x0
        eret
user:   wfit    21
        wfit    26
        wfet    26
        svc     #0

put:    str     w0, [x20]
        ret

from_user:
        mrs     x0, esr_el1
        ldr     w1, =0x07e00346         /* WFIT x26: EC 1, IL, CV, COND, RN, RV, TI */
        mov     w2, #'j'
        cmp     w0, w1
        b.eq    1f
        add     w1, w1, #1
        mov     w2, #'k'
        cmp     w0, w1
        b.eq    1f
        mov     w0, #'.'
        bl      put
        mov     w0, #'\n'
        bl      put
        ldr     x0, =0x84000008         /* SYSTEM_OFF */
        hvc     #0
1:      mov     w0, w2
        bl      put
        mrs     x0, elr_el1
        add     x0, x0, #4
        msr     elr_el1, x0
        eret

        .balign 2048
vectors:
        .rept   8
        b       .
        .balign 128
        .endr
        b       from_user
        .balign 128
