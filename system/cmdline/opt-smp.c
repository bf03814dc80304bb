/* SPDX-License-Identifier: MIT */
/*
 * -smp: how many CPUs the machine has, and how they are arranged.
 *
 * maxcpus is the product of all levels from sockets to threads. Levels that are left out are 1, but
 * for the first left out of cores, sockets and threads: that is what makes the product maxcpus.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/cutils.h"

#include "launch.h"

#define MAX_VALUE 65535

/* From the outermost to the innermost. */
enum { DRAWERS, BOOKS, SOCKETS, DIES, MODULES, CLUSTERS, CORES, THREADS, NUM_LEVELS };

static const char *const smp_keys[] = {
    [DRAWERS] = "drawers",
    [BOOKS] = "books",
    [SOCKETS] = "sockets",
    [DIES] = "dies",
    [MODULES] = "modules",
    [CLUSTERS] = "clusters",
    [CORES] = "cores",
    [THREADS] = "threads",
    [NUM_LEVELS] = "cpus",
    "maxcpus",
    NULL,
};

bool opt_smp(Launch *l, const char *arg, Error **errp)
{
    g_autoptr(KeyVal) kv = keyval_parse(arg, "cpus", errp);

    if (!kv || !keyval_check_keys(kv, smp_keys, "-smp", errp)) {
        return false;
    }
    for (const char *const *key = smp_keys; *key; key++) {
        uint64_t n = 1;
        if (!keyval_get_uint(kv, *key, MAX_VALUE, &n, errp)) {
            return false;
        }
        if (n == 0) {
            error_setg(errp, "parameter '%s' is 0 but should be at least 1", *key);
            return false;
        }
    }
    keyval_append(l->smp, kv);
    return true;
}

/* The value, or 0 where the user leaves it to us; opt_smp has checked the range. */
static unsigned smp_value(const Launch *l, const char *key)
{
    uint64_t n = 0;
    keyval_get_uint(l->smp, key, MAX_VALUE, &n, NULL);
    return n;
}

static bool levels_supported(const MachineClass *mc, const unsigned *level, Error **errp)
{
    const bool supported[NUM_LEVELS] = {
        [SOCKETS] = true,
        [DIES] = mc->smp_props.dies_supported,
        [CLUSTERS] = mc->smp_props.clusters_supported,
        [CORES] = true,
        [THREADS] = true,
    };

    for (int i = 0; i < NUM_LEVELS; i++) {
        if (level[i] > 1 && !supported[i]) {
            error_setg(errp, "-smp: machine '%s' has no %s: leave %s=%u out", mc->name, smp_keys[i],
                       smp_keys[i], level[i]);
            return false;
        }
    }
    return true;
}

/* The product; MAX_VALUE + 1 if it is larger than that. */
static unsigned product(const unsigned *level)
{
    uint64_t n = 1;

    for (int i = 0; i < NUM_LEVELS; i++) {
        n = MIN(n * MAX(level[i], 1), MAX_VALUE + 1);
    }
    return n;
}

/* Levels that are 0 become what makes @max of all of them, as far as there is such a number. */
static void fill_in(unsigned *level, unsigned max)
{
    static const int order[] = { CORES, SOCKETS, THREADS };

    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        if (level[order[i]] == 0) {
            level[order[i]] = MAX(max / product(level), 1);
            break;
        }
    }
    for (int i = 0; i < NUM_LEVELS; i++) {
        level[i] = MAX(level[i], 1);
    }
}

static void wrong_product(const unsigned *level, unsigned max, Error **errp)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < NUM_LEVELS; i++) {
        if (level[i] > 1 || i == SOCKETS || i >= CORES) {
            g_string_append_printf(text, "%s%s=%u", text->len ? " * " : "", smp_keys[i], level[i]);
        }
    }
    error_setg(errp, "-smp: %s is not maxcpus=%u: make the product that, or leave one out",
               text->str, max);
}

bool launch_configure_smp(Launch *l, MachineState *machine, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    unsigned cpus = smp_value(l, "cpus"), max = smp_value(l, "maxcpus");
    unsigned limit = MAX(mc->max_cpus, 1), least = MAX(mc->min_cpus, 1);
    unsigned level[NUM_LEVELS];

    for (int i = 0; i < NUM_LEVELS; i++) {
        level[i] = smp_value(l, smp_keys[i]);
    }
    if (!levels_supported(mc, level, errp)) {
        return false;
    }
    if (!cpus && !max) {
        bool any = false;
        for (int i = 0; i < NUM_LEVELS; i++) {
            any |= level[i] != 0;
        }
        cpus = any ? product(level) : machine->smp.cpus;
    }
    max = max ? max : cpus;
    cpus = cpus ? cpus : max;
    fill_in(level, max);
    if (product(level) != max) {
        wrong_product(level, max, errp);
        return false;
    }
    if (cpus > max) {
        error_setg(errp, "-smp: cpus=%u is more than maxcpus=%u", cpus, max);
        return false;
    }
    if (max > limit || cpus < least) {
        unsigned bound = max > limit ? limit : least;
        error_setg(errp, "-smp: machine '%s' has at %s %u CPU%s, not %u", mc->name,
                   max > limit ? "most" : "least", bound, bound == 1 ? "" : "s",
                   max > limit ? max : cpus);
        return false;
    }
    machine->smp = (CpuTopology){ .cpus = cpus,
                                  .sockets = level[SOCKETS],
                                  .dies = level[DIES],
                                  .clusters = level[CLUSTERS],
                                  .cores = level[CORES],
                                  .threads = level[THREADS],
                                  .max_cpus = max };
    return true;
}
