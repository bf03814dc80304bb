/* SPDX-License-Identifier: MIT */
/* Loops that carry vectors from round to round, with stores to fresh pages, NaNs and C calls. */
    .text
start:
    mov x0, #(3 << 20)
    msr cpacr_el1, x0
    isb
    ldr x0, =0x123456789abcdef1
    dup v0.2d, x0
    mov v1.16b, v0.16b
    mov v1.s[2], w0
    fmov v2.2d, #1.0
    fmov v3.2d, #1.5
    movi v4.4s, #7
    movi v5.8h, #9
    movi v6.16b, #0
    movi v7.16b, #0
    mov x1, #0x40000000
    movk x1, #0x4100, lsl #16
    mov x2, #700
    bl mixed
    bl print
    mov x2, #100
    bl fallback
    bl print
    mov x2, #900
    bl nan
    bl print
    mov x2, #65
    bl forward
    bl print
    adr x1, exit_block
    mov w0, #0x20
    hlt #0xf000
    b .

/* Integers and a sum; an exchange; each 16th round another page. */
mixed:
    add v0.4s, v0.4s, v1.4s
    eor v1.16b, v1.16b, v0.16b
    str q0, [x1]
    add x1, x1, #256
    fadd v2.2d, v2.2d, v3.2d
    mov v6.16b, v4.16b
    mov v4.16b, v5.16b
    add v5.4s, v6.4s, v0.4s
    sqadd v7.8h, v7.8h, v4.8h
    subs x2, x2, #1
    b.ne mixed
    ret

/* Half precision is not inline: it calls C. */
fallback:
    fcvt h16, s0
    fcvt s17, h16
    eor v1.16b, v1.16b, v17.16b
    add v0.4s, v0.4s, v1.4s
    fmadd d2, d3, d3, d2
    ld3 {v4.16b, v5.16b, v6.16b}, [x1]
    eor v7.16b, v7.16b, v4.16b
    st3 {v5.16b, v6.16b, v7.16b}, [x1], x2
    subs x2, x2, #1
    b.ne fallback
    ret

/* Infinities and NaNs come up by and by. */
nan:
    fmul v2.2d, v2.2d, v3.2d
    fsub v3.2d, v2.2d, v3.2d
    fdiv s17, s2, s3
    eor v0.16b, v0.16b, v17.16b
    add v1.2d, v1.2d, v2.2d
    subs x2, x2, #1
    b.ne nan
    ret

/* The loop is left in its middle, with an old value in use. */
forward:
    mov v16.16b, v0.16b
    add v0.2d, v0.2d, v1.2d
    subs x2, x2, #1
    b.eq 1f
    ext v1.16b, v1.16b, v16.16b, #3
    b forward
1:  eor v7.16b, v7.16b, v16.16b
    ret

/* v0 to v7 as 16 letters */
print:
    mov x9, #0
    ldr x10, =0x9e3779b97f4a7c15
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    umov x11, v\n\().d[0]
    umov x12, v\n\().d[1]
    madd x9, x9, x10, x11
    eor x9, x9, x9, lsr #29
    madd x9, x9, x10, x12
    eor x9, x9, x9, lsr #31
    .endr
    mov x13, #16
1:  and w14, w9, #15
    add w14, w14, #'a'
    adr x1, buffer
    strb w14, [x1]
    mov w0, #0x03           /* SYS_WRITEC */
    hlt #0xf000
    lsr x9, x9, #4
    subs x13, x13, #1
    b.ne 1b
    mov x1, #0x40000000
    movk x1, #0x4120, lsl #16
    ret
    .ltorg
    .balign 8
exit_block: .quad 0x20026, 0
buffer: .skip 8
