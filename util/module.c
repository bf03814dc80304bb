/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/module.h"

typedef struct ModuleEntry {
    struct ModuleEntry *next;
    void (*fn)(void);
} ModuleEntry;

/* Filled by constructors before main(), so before there is a second thread. */
static struct {
    ModuleEntry *first, *last;
} module_inits[MODULE_INIT_MAX];

void register_module_init(void (*fn)(void), module_init_type type)
{
    ModuleEntry *e = g_new0(ModuleEntry, 1);

    assert(type < MODULE_INIT_MAX);
    e->fn = fn;
    if (module_inits[type].last) {
        module_inits[type].last->next = e;
    } else {
        module_inits[type].first = e;
    }
    module_inits[type].last = e;
}

void module_call_init(module_init_type type)
{
    ModuleEntry *e;

    assert(type < MODULE_INIT_MAX);
    while ((e = module_inits[type].first)) {
        module_inits[type].first = e->next;
        if (!e->next) {
            module_inits[type].last = NULL;
        }
        e->fn();
        g_free(e);
    }
}
