/* SPDX-License-Identifier: MIT */
/* The runner on a bare machine at EL1 with semihosting: SYS_WRITE0, SYS_EXIT. */
        .global _start
_start:
        mov     x0, #3 << 20 /* CPACR_EL1.FPEN */
        msr     cpacr_el1, x0
        isb
        /* 1 GiB of normal memory in place: unaligned accesses are none of a device's. */
        adrp    x0, table
        msr     ttbr0_el1, x0
        mov     x1, #0xff
        msr     mair_el1, x1
        ldr     x1, =(25 | 1 << 23 | 2 << 32 | 3 << 12 | 1 << 10 | 1 << 8)
        msr     tcr_el1, x1
        isb
        mrs     x1, sctlr_el1
        mov     x2, #0x1005 /* I, C, M */
        orr     x1, x1, x2
        bic     x1, x1, #2 /* A */
        msr     sctlr_el1, x1
        isb
        adrp    x0, isa_stack_top
        add     sp, x0, :lo12:isa_stack_top
        bl      isa_main
        adr     x1, exit_block
        mov     x0, #0x18
        hlt     #0xf000
1:      b       1b

        .global isa_puts
isa_puts:
        mov     x1, x0
        mov     x0, #4
        hlt     #0xf000
        ret

        .balign 8
exit_block:
        .quad   0x20026, 0 /* ADP_Stopped_ApplicationExit, status */

        .data
        .balign 4096
table:
        .quad   0, 0x40000701 /* block, AF, inner shareable, attributes 0 */
        .skip   4096 - 16

        .bss
        .balign 16
        .skip   65536
isa_stack_top:
        .balign 16
        .skip   16
