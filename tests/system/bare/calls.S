/* SPDX-License-Identifier: MIT */
/*
 * Calls that are hard to predict. Exits with status 7, or with the number of the part that failed:
 * 1: two functions that call each other, 1 MiB apart (so that they share an entry in any table of
 *    indirect branches by address), deeper than any stack of return addresses.
 * 2: a function that changes the instruction which it returns to.
 * 3: a loop that calls such a function.
 */
    .equ depth, 60000
    .equ rounds, 3000
    .text
start:
    ldr x19, =0x41000000
    ldr x20, =0x41100000
    ldr x0, =0x43000000
    mov sp, x0
    adr x0, function        /* two copies */
    mov x1, #0
1:  ldr w2, [x0, x1]
    str w2, [x19, x1]
    str w2, [x20, x1]
    add x1, x1, #4
    cmp x1, #function_end - function
    b.ne 1b
    dsb sy
    ic iallu
    dsb sy
    isb
    mov x21, #1
    mov x22, #3             /* thrice: the first time fills the tables */
2:  mov w0, #depth
    mov x3, #0
    blr x19
    ldr w1, =depth - 1
    cmp x3, x1
    b.ne fail
    subs x22, x22, #1
    b.ne 2b

    mov x21, #2
    mov x23, #0
    mov w22, #rounds
3:  bl change_one
site:
    mov x5, #1
    add x23, x23, x5
    subs w22, w22, #1
    b.ne 3b
    mov w0, #rounds / 2 * 3 /* 1 and 2 in turn */
    cmp x23, x0
    b.ne fail

    mov x21, #3             /* the same, with more blocks in the loop, changed rarely */
    mov x23, #0
    mov w22, #rounds
4:  tbz w22, #0, 5f
    add x23, x23, #16
5:  bl change_rarely
site2:
    mov x5, #1
    add x23, x23, x5
    subs w22, w22, #1
    b.ne 4b
    ldr w0, =rounds / 2 * 16 + rounds + rounds / 2
    cmp x23, x0
    b.ne fail
    mov x21, #7
fail:
    adr x1, exit_block
    str x21, [x1, #8]
    mov w0, #0x20           /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .

change_one:
    adr x0, words
    and w1, w22, #1
    ldr w2, [x0, x1, lsl #2]
    adr x0, site
    b change
change_rarely:
    cmp w22, #rounds / 2
    b.ne 1f
    adr x0, words
    ldr w2, [x0, #4]        /* 2 from here on */
    adr x0, site2
change:
    str w2, [x0]
    dc cvau, x0
    dsb sy
    ic ivau, x0
    dsb sy
    isb
1:  ret

function:                   /* x19, x20: the two copies; x3 counts */
    subs x0, x0, #1
    b.eq 1f
    str x30, [sp, #-16]!
    mov x4, x19
    mov x19, x20
    mov x20, x4
    blr x19
    add x3, x3, #1
    ldr x30, [sp], #16
1:  ret
function_end:
    .balign 4
words:
    mov x5, #1
    mov x5, #2
    .balign 8
exit_block:
    .quad 0x20026, 0
