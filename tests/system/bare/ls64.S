/* SPDX-License-Identifier: MIT */
/*
 * LD64B, ST64B, ST64BV and ST64BV0 (FEAT_LS64_ACCDATA): a letter for each case that is right, in
 * order, else `!`; then the machine is turned off. First with the MMU off, where all memory is
 * Device. x10 is the address, X0 to X7 what is stored, x9 the status.
 */
        .equ    UART, 0x09000000

        .macro  op name
        .ifc    \name, ld64b
        .inst   0xf83fd140
        .endif
        .ifc    \name, st64b
        .inst   0xf83f9140
        .endif
        .ifc    \name, st64bv
        .inst   0xf829b140
        .endif
        .ifc    \name, st64bv0
        .inst   0xf829a140
        .endif
        .endm
        .macro  values from
        .irp    n, 0,1,2,3,4,5,6,7
        mov     x\n, #\from + \n
        movk    x\n, #\n + 1, lsl #48
        .endr
        .endm
        .macro  letter l            /* if Z */
        mov     w21, #'!'
        mov     w22, #\l
        csel    w21, w22, w21, eq
        str     w21, [x20]
        .endm
        /* X0 to X7 are what is at x10. */
        .macro  compare l
        mov     x23, #0
        .irp    n, 0,1,2,3,4,5,6,7
        ldr     x22, [x10, #8 * \n]
        eor     x22, x22, x\n
        orr     x23, x23, x22
        .endr
        cmp     x23, #0
        letter  \l
        .endm
        /* The exception of what comes before: x28 */
        .macro  raised l, esr
        ldr     w22, =\esr
        cmp     w28, w22
        letter  \l
        .endm

        .global _start
_start: adr     x21, vectors
        msr     vbar_el1, x21
        ldr     x20, =UART
        ldr     x10, =0x40100000
        values  0x100
        op      st64b
        compare 'a'
        values  0x200
        op      ld64b
        compare 'b'
        cmp     x7, #0x107          /* with its upper part */
        mov     x22, #0x107
        movk    x22, #8, lsl #48
        cmp     x7, x22
        letter  'c'
        values  0x300
        mov     x9, #-1
        op      st64bv
        compare 'd'
        cmp     x9, #0
        letter  'e'
        mov     x22, #-2            /* the upper half is RES0 */
        msr     s3_0_c13_c0_5, x22
        values  0x400
        mov     x9, #-1
        op      st64bv0
        mov     w22, #-2
        bfi     x0, x22, #0, #32
        compare 'f'
        cmp     x9, #0
        letter  'g'
        mrs     x22, s3_0_c13_c0_5
        mov     x23, #0xfffffffe
        cmp     x22, x23
        letter  'h'
        /* Big-endian: doublewords, each in that order. */
        mrs     x24, sctlr_el1
        orr     x22, x24, #1 << 25
        msr     sctlr_el1, x22
        isb
        values  0x500
        op      st64b
        msr     sctlr_el1, x24
        isb
        .irp    n, 0,1,2,3,4,5,6,7
        rev     x\n, x\n
        .endr
        compare 'i'
        /* Not aligned: WnR tells which. */
        add     x10, x10, #32
        op      ld64b
        raised  'j', 0x96000021
        op      st64b
        raised  'k', 0x96000061
        /* A device has none of them: LST tells which. */
        mov     x10, x20
        op      ld64b
        raised  'l', 0x96001035
        op      st64b
        raised  'm', 0x96001075
        op      st64bv
        raised  'n', 0x96000875
        op      st64bv0
        raised  'o', 0x96001875
        /* EL0 needs EnALS, EnASR and EnAS0; x25 has what to run. */
        ldr     x10, =0x40100000
        adr     x25, user_ld64b
        bl      at_el0
        raised  'p', 0x2a000002
        adr     x25, user_st64bv
        bl      at_el0
        raised  'q', 0x2a000000
        adr     x25, user_st64bv0
        bl      at_el0
        raised  'r', 0x2a000001
        mov     x22, #7 << 54
        orr     x22, x22, x24
        msr     sctlr_el1, x22
        adr     x25, user_ld64b
        bl      at_el0
        raised  's', 0x56000000     /* the SVC behind it */
        adr     x25, user_st64bv0
        bl      at_el0
        raised  't', 0x56000000
        /* Normal memory that is cached has none of them either; not cached has. */
        adr     x22, table
        msr     ttbr0_el1, x22
        mov     x22, #0xff
        msr     mair_el1, x22
        ldr     x22, =(25 | 1 << 23 | 2 << 32)
        msr     tcr_el1, x22
        mov     x22, #5
        orr     x22, x22, x24
        msr     sctlr_el1, x22
        isb
        op      ld64b
        raised  'u', 0x96001035
        mov     x22, #0x44
        msr     mair_el1, x22
        tlbi    vmalle1
        dsb     sy
        isb
        values  0x600
        op      st64b
        compare 'v'
        mov     w0, #'.'
        str     w0, [x20]
        mov     w0, #'\n'
        str     w0, [x20]
        ldr     x0, =0x84000008     /* SYSTEM_OFF */
        hvc     #0

at_el0: msr     elr_el1, x25
        msr     spsr_el1, xzr
        mov     x26, x30
        eret
user_ld64b:
        op      ld64b
        svc     #0
user_st64bv:
        op      st64bv
        svc     #0
user_st64bv0:
        op      st64bv0
        svc     #0

same:   mrs     x28, esr_el1
        mrs     x27, elr_el1
        add     x27, x27, #4
        msr     elr_el1, x27
        eret
lower:  mrs     x28, esr_el1
        mov     x27, #0x3c5
        msr     spsr_el1, x27
        msr     elr_el1, x26
        eret

        .balign 4096
table:  .quad   0x401, 0x40000701, 0, 0     /* blocks of 1 GiB, both AttrIndx 0 */
        .balign 2048
vectors:
        .skip   0x200
        b       same
        .balign 128
        .skip   0x180
        b       lower
