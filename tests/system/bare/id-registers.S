/* SPDX-License-Identifier: MIT */
/*
 * Prints the identification registers, 16 hexadecimal digits a line, by semihosting: S3_0_C0_Cm_n
 * for m 0 to 7 and n 0 to 7, CLIDR_EL1, AIDR_EL1, CTR_EL0, DCZID_EL0, the number of error records
 * (ERRIDR_EL1), and CCSIDR_EL1 of CSSELR_EL1 0 to 5. A register that does not exist is "undefined".
 */
    .include "print.inc"
    .text
start:
    adr x0, vectors
    msr vbar_el1, x0
    isb
    .altmacro
    .macro show reg
    mov x20, #0
    mrs x19, \reg
    bl print
    .endm
    .macro show_id m, n
    show S3_0_C0_C\m\()_\n
    .endm
    .macro show_row m
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    show_id \m, \n
    .endr
    .endm
    .irp m, 0, 1, 2, 3, 4, 5, 6, 7
    show_row \m
    .endr
    show S3_1_C0_C0_1
    show S3_1_C0_C0_7
    show S3_3_C0_C0_1
    show S3_3_C0_C0_7
    show S3_0_C5_C3_0
    mov x21, #0
1:  msr csselr_el1, x21
    isb
    show S3_1_C0_C0_0
    add x21, x21, #1
    cmp x21, #6
    b.ne 1b
    adr x1, exit_block
    mov w0, #0x20           /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .

/* x19 in hexadecimal; "undefined" if x20 was set by the exception. */
print:
    adr x1, missing
    cbnz x20, 3f
    print_line x19
    ret

undefined:
    mov x20, #1
    mrs x22, elr_el1
    add x22, x22, #4
    msr elr_el1, x22
    eret

    .balign 2048
vectors:
    .space 0x200
    b undefined
    .balign 8
exit_block: .quad 0x20026, 0
line: .asciz "0000000000000000\n"
missing: .asciz "undefined\n"
