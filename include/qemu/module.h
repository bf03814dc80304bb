/* SPDX-License-Identifier: MIT */
/*
 * Initialisers that source files contribute by being linked in.
 *
 *   type_init(fn)   registers object types; run by module_call_init(MODULE_INIT_QOM)
 *   opts_init(fn)   registers option groups; run by module_call_init(MODULE_INIT_OPTS)
 *
 * Each runs exactly once, in the order of registration; no other order may be relied upon.
 */
#ifndef QEMU_MODULE_H
#define QEMU_MODULE_H

typedef enum {
    MODULE_INIT_QOM,
    MODULE_INIT_OPTS,
    MODULE_INIT_TRACE,
    MODULE_INIT_MAX,
} module_init_type;

#define module_init(function, type)                                                                \
    static void __attribute__((constructor)) module_add_##function(void);                          \
    static void module_add_##function(void)                                                        \
    {                                                                                              \
        register_module_init(function, type);                                                      \
    }

#define type_init(function)  module_init(function, MODULE_INIT_QOM)
#define opts_init(function)  module_init(function, MODULE_INIT_OPTS)
#define trace_init(function) module_init(function, MODULE_INIT_TRACE)

void register_module_init(void (*fn)(void), module_init_type type);
/* Runs the initialisers of @type that have not run yet. */
void module_call_init(module_init_type type);

#endif
