/* SPDX-License-Identifier: MIT */
/*
 * Branch target identification, pointer authentication, and the flag and random number instructions
 * of Armv8.5. Values go to `results` (x28) and are printed in hexadecimal at the end: of an
 * exception ESR, ELR and SPSR; 1 from a target that was reached. x27 says where to go on.
 *
 * Memory is mapped at its address, and 1 GiB above (x26) once more as guarded pages.
 */
    .include "print.inc"
    .arch armv8.5-a+rng
    .set RESULTS, 0x40090000
    .set TABLES, 0x400a0000

    /* Leaves the guarded address of \target in x1, and x27 behind the test. */
    .macro to target
    adr x27, 9f
    adr x1, \target
    add x1, x1, x26
    .endm
    .macro by_br target
    to \target
    br x1
9:
    .endm
    .macro by_blr target
    to \target
    blr x1
9:
    .endm
    /* By BR x2 or BR x16 in a guarded page. */
    .macro by_guarded trampoline, target
    to \target
    adr x0, \trampoline
    add x0, x0, x26
    br x0
9:
    .endm
    .macro by_ret target
    to \target
    mov x30, x1
    ret
9:
    .endm
    .macro by_eret target, spsr
    to \target
    msr elr_el1, x1
    ldr x0, =\spsr
    msr spsr_el1, x0
    eret
9:
    .endm
    .macro result reg
    str \reg, [x28], #8
    .endm

    .text
start:
    msr nzcv, xzr
    adr x0, vectors
    msr vbar_el1, x0
    ldr x28, =RESULTS
    mov x26, #0x40000000
    ldr x0, =0x40200000
    mov sp, x0
    /* tables */
    ldr x0, =TABLES
    add x1, x0, #0x1000
    orr x2, x1, #3
    str x2, [x0]
    ldr x2, =0x40000701
    str x2, [x1, #8]
    orr x2, x2, #(1 << 50)
    str x2, [x1, #16]
    dsb sy
    msr ttbr0_el1, x0
    mov x0, #0xff
    msr mair_el1, x0
    ldr x0, =0x2200900010           /* TBI0, IPS, EPD1, T1SZ, T0SZ */
    orr x0, x0, #(16 << 16)
    msr tcr_el1, x0
    isb
    mrs x25, sctlr_el1
    orr x25, x25, #1
    msr sctlr_el1, x25
    isb

    by_br t_nop
    by_br t_c
    by_br t_j
    by_br t_jc
    by_br t_none
    by_br t_pac
    by_br t_pacb
    by_br t_svc
    by_br t_brk
    by_blr t_nop
    by_blr t_c
    by_blr t_j
    by_blr t_jc
    by_blr t_pac
    by_blr t_brk
    by_guarded t_br, t_nop
    by_guarded t_br, t_c
    by_guarded t_br, t_j
    by_guarded t_br, t_jc
    by_guarded t_br, t_pac
    by_guarded t_br16, t_nop
    by_guarded t_br16, t_c
    by_guarded t_br16, t_j
    by_guarded t_br16, t_pac
    by_ret t_nop
    by_eret t_nop, 0x3c5
    by_eret t_nop, 0xbc5
    by_eret t_c, 0x7c5
    by_eret t_c, 0xfc5
    by_eret t_j, 0xbc5
    by_eret t_pac, 0xfc5

    /* SCTLR_EL1.BT1 */
    orr x25, x25, #(1 << 36)
    msr sctlr_el1, x25
    isb
    by_guarded t_br, t_pac
    by_br t_pac
    by_blr t_pacb
    and x25, x25, #~(1 << 36)
    msr sctlr_el1, x25
    isb

    /* other exceptions before the first instruction of the target */
    adr x27, 1f
    mov x1, #0xc0000000
    blr x1
1:  to t_nop
    add x1, x1, #2
    br x1
9:  msr oslar_el1, xzr
    mov x0, #1
    orr x0, x0, #(1 << 13)
    msr mdscr_el1, x0
    isb
    by_eret t_nop, 0x200805
    msr mdscr_el1, xzr
    isb
    mov x0, #1
    orr x0, x0, #(1 << 13)
    msr mdscr_el1, x0
    isb
    by_eret t_nop, 0x805
    msr mdscr_el1, xzr
    isb
    /* a loop that calls: the state is that of each entry */
    mov x20, #0
    mov x21, #100
    adr x22, f_add
    add x22, x22, x26
1:  blr x22
    subs x21, x21, #1
    b.ne 1b
    result x20

    /* ---- flags ---- */
    mov x4, #0
    mov x5, #0
    mov x6, #0
1:  lsl x0, x4, #28
    msr nzcv, x0
    axflag
    mrs x1, nzcv
    msr nzcv, x0
    xaflag
    mrs x2, nzcv
    lsr x1, x1, #28
    lsr x2, x2, #28
    orr x5, x1, x5, ror #4
    orr x6, x2, x6, ror #4
    add x4, x4, #1
    cmp x4, #16
    b.ne 1b
    result x5
    result x6
    mov x0, #(15 << 28)
    msr nzcv, x0
    mrs x1, rndr
    mrs x2, nzcv
    mrs x3, rndrrs
    cmp x1, x3
    cset x1, ne
    orr x1, x1, x2
    result x1

    /* ---- pointer authentication; keys are disabled at first ---- */
    ldr x9, =0x0123456789abcdef
    ldr x10, =0xfedcba9876543210
    .irp k, apia, apib, apda, apdb, apga
    msr \k\()keylo_el1, x9
    msr \k\()keyhi_el1, x10
    ror x9, x9, #7
    ror x10, x10, #11
    .endr
    ldr x11, =0x0000123456789abc
    ldr x12, =0x477d469dec0b8762
    mov x0, x11
    pacia x0, x12
    result x0
    ldr x0, =0xc8002000              /* EnIA, EnIB, EnDA, EnDB */
    orr x25, x25, x0
    msr sctlr_el1, x25
    isb
    .irp op, pacia, pacib, pacda, pacdb
    mov x0, x11
    \op x0, x12
    result x0
    .endr
    .irp op, paciza, pacizb, pacdza, pacdzb
    mov x0, x11
    \op x0
    result x0
    .endr
    pacga x0, x11, x12
    result x0
    pacga x0, x11, sp
    result x0
    mov x0, x11
    pacia x0, sp
    result x0
    ldr x0, =0x5a00123456789abc      /* with a tag */
    pacda x0, x12
    result x0
    mov x1, x0
    xpacd x1
    result x1
    autda x0, x12
    result x0
    mov x0, x11
    pacib x0, x12
    autib x0, x12
    result x0
    ldr x0, =0xffff923456789ab8      /* the high half, where the top byte counts */
    pacia x0, x12
    mov x1, x0
    xpaci x1
    result x1
    autia x0, x12
    result x0
    mov x17, x11
    mov x16, x12
    pacia1716
    result x17
    autia1716
    result x17
    pacib1716
    result x17
    autib1716
    result x17
    mov x30, x11
    paciasp
    result x30
    xpaclri
    result x30
    pacibsp
    autibsp
    result x30
    paciaz
    result x30
    autiaz
    pacibz
    result x30
    autibz
    result x30
    /* branches and loads */
    adr x1, f_reta
    pacia x1, x12
    blraa x1, x12
    result x0
    adr x1, f_retb
    pacizb x1
    blrabz x1
    result x0
    adr x1, 1f
    pacib x1, sp
    brab x1, sp
    nop
1:  adr x1, 2f
    paciza x1
    braaz x1
    nop
2:  adr x1, data + 16
    pacdza x1
    mov x2, x1
    ldraa x0, [x2, #-8]
    result x0
    ldraa x0, [x2, #-16]!
    result x0
    adr x0, data
    sub x2, x2, x0
    result x2
    adr x0, data
    pacdzb x0
    ldrab x0, [x0, #8]
    result x0
    adr x0, 3f
    pacia x0, sp
    msr elr_el1, x0
    mov x0, #0x3c5
    msr spsr_el1, x0
    eretaa
    nop
3:  mov x0, #7
    result x0
    /* A branch takes the tag away, also where data was read from that address. */
    adr x1, f_tag
    movk x1, #0x5a00, lsl #48
    ldr w2, [x1]
    blr x1
    result x0
    result x30
    b finish

f_tag:
    bti c
    adr x0, f_tag
    ret

f_add:
    bti c
    add x20, x20, x21
    ret
f_reta:
    paciasp
    mov x0, #5
    retaa
f_retb:
    pacibsp
    mov x0, #6
    retab

    /* failures: different with and without FEAT_FPAC */
finish:
    mov x24, x28
    .irp op, autia, autib, autda, autdb
    adr x27, 1f
    mov x0, x11
    \op x0, x12
    result x0
1:
    .endr
    b print

t_nop: nop
    b done
t_c: bti c
    b done
t_j: bti j
    b done
t_jc: bti jc
    b done
t_none: hint #32
    b done
t_pac: paciasp
    autiasp
    b done
t_pacb: pacibsp
    autibsp
    b done
t_brk: brk #7
t_svc: svc #9
t_br: bti jc
    mov x2, x1
    br x2
t_br16: bti jc
    mov x16, x1
    br x16
done:
    mov x0, #1
    result x0
    br x27

print:
    ldr x20, =RESULTS
    print_and_exit
h:  mrs x0, esr_el1
    mrs x2, elr_el1
    mrs x3, spsr_el1
    stp x0, x2, [x28], #16
    str x3, [x28], #8
    msr elr_el1, x27
    mov x0, #0x3c5
    msr spsr_el1, x0
    eret
    .balign 2048
vectors:
    .rept 16
    b h
    .balign 128
    .endr
    .balign 16
data: .quad 0x1111, 0x2222, 0x3333
exitblk: .quad 0x20026, 7
digits: .ascii "0123456789abcdef"
ch: .byte 0
    .balign 16
