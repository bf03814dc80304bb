/* SPDX-License-Identifier: MIT */
/*
 * Far more code than a small code cache holds: fills `pages` pages with loads that end in a return,
 * and calls them all, `passes` times; before each call a small loop runs. Exits with status 7.
 */
    .equ pages, 160
    .equ passes, 2
    .text
start:
    b fill
    .balign 64
    /* The loop that is always hot, at a known place: 0x40080040. */
hot:
    add x0, x0, #1
    subs x1, x1, #1
    b.ne hot
    ret
fill:
    mov x19, #0x41000000
    ldr w2, load
    ldr w3, return
    mov x4, x19
    mov x5, #pages
1:  mov x6, #1023
2:  str w2, [x4], #4
    subs x6, x6, #1
    b.ne 2b
    str w3, [x4], #4
    subs x5, x5, #1
    b.ne 1b
    dsb sy
    ic iallu
    dsb sy
    isb
    mov x22, #passes
3:  mov x20, x19
    mov x21, #pages
4:  mov x1, #50
    bl hot
    adr x7, start
    blr x20
    add x20, x20, #4096
    subs x21, x21, #1
    b.ne 4b
    subs x22, x22, #1
    b.ne 3b
    adr x1, exit_block
    mov w0, #0x20
    hlt #0xf000
    b .
load:
    ldr x8, [x7]
return:
    ret
    .balign 8
exit_block:
    .quad 0x20026, 7
