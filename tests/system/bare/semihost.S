/* SPDX-License-Identifier: MIT */
/* Console, command line, refusal of files, and exit with a status, by semihosting. */
    .text
start:
    adr x1, hello
    mov w0, #0x04           /* SYS_WRITE0 */
    hlt #0xf000
    adr x1, open_block      /* SYS_OPEN of ":tt" for writing */
    adr x2, tt
    str x2, [x1]
    mov w0, #0x01
    hlt #0xf000
    adr x1, write_block     /* SYS_WRITE */
    str x0, [x1]
    adr x2, out
    str x2, [x1, #8]
    mov w0, #0x05
    hlt #0xf000
    cbnz x0, fail           /* bytes not written */
    adr x1, open_block      /* a file of the host must fail */
    adr x2, passwd
    str x2, [x1]
    mov x2, #11
    str x2, [x1, #16]
    mov w0, #0x01
    hlt #0xf000
    cmn x0, #1
    b.ne fail
    mov w0, #0x7f           /* no such operation */
    hlt #0xf000
    cmn x0, #1
    b.ne fail
    adr x1, cmdline_block
    adr x2, buffer
    str x2, [x1]
    mov w0, #0x15           /* SYS_GET_CMDLINE */
    hlt #0xf000
    cbnz x0, fail
    adr x1, buffer
    mov w0, #0x04
    hlt #0xf000
    mov w0, #0x07           /* SYS_READC */
    hlt #0xf000
    adr x1, buffer
    strb w0, [x1]
    mov w0, #0x03           /* SYS_WRITEC */
    hlt #0xf000
    mov x3, #42
    b exit
fail:
    mov x3, #1
exit:
    adr x1, exit_block
    str x3, [x1, #8]
    mov w0, #0x20           /* SYS_EXIT_EXTENDED */
    hlt #0xf000
    b .
    .balign 8
open_block: .quad 0, 4, 3
write_block: .quad 0, 0, 4
cmdline_block: .quad 0, 64
exit_block: .quad 0x20026, 0
hello: .asciz "hello\n"
tt: .asciz ":tt"
passwd: .asciz "/etc/passwd"
out: .ascii "out\n"
    .balign 8
buffer: .skip 64
