/* SPDX-License-Identifier: MIT */
/* What is behind the mappings under test, and accesses to it. */
#include "trace.h"

GLOBAL_CODE(load, "ldr x0, [x0]");
GLOBAL_CODE(store, "str x0, [x0]");
/* By RET, which leaves no branch type behind. */
GLOBAL_CODE(fetch, "mov x9, x30\n adr x30, 1f\n ret x0\n 1: mov x30, x9");
GLOBAL_CODE(load_unpriv, "ldtr x0, [x0]");
GLOBAL_CODE(store_unpriv, "sttr x0, [x0]");

void fill_target(void)
{
    volatile uint32_t *code = (volatile uint32_t *)TARGET;
    volatile uint8_t *bytes = (volatile uint8_t *)TARGET;

    for (unsigned i = TARGET_DATA; i < 0x20000; i++) {
        bytes[i] = (i >> 3) * 0x11;
    }
    code[0] = 0xd28000e0; /* mov x0, #7 */
    code[1] = 0xd65f03c0; /* ret */
    code[2] = 0xd28000e0;
    code[3] = 0xd65f03c0;
    ASM("dsb sy\n ic iallu\n dsb sy\n isb");
}
