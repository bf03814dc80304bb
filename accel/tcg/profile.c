/* SPDX-License-Identifier: MIT */
/*
 * -accel tcg,profile=FILE: which guest code ran how often, and how good its translation is.
 *
 * Each block counts its executions in itself. When its segment is evicted, and at the end, the
 * counts are added up by guest address and mode. Counting is not atomic: with several vCPUs some
 * executions are lost, which is nothing against the differences that one looks for.
 *
 * Time is estimated: executions times host instructions of the block's frequent path. Helpers and
 * slow paths are not in it; perf (-perfmap) sees those.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

enum { BLOCKS_SHOWN = 200, FUNCTIONS_SHOWN = 60 };

typedef struct Entry {
    uint64_t pc; /* of the first instruction, as it was mapped at translation */
    uint32_t mode;
    /* Of the latest translation; a region has parts before its first instruction too. */
    unsigned before, size, n_insns, host_insns;
    unsigned translations;
    uint64_t runs;
    double cost; /* host instructions executed */
    double guest;
    const char *symbol; /* sums by function only */
} Entry;

static FILE *file;
static GHashTable *entries;

static guint entry_hash(gconstpointer p)
{
    const Entry *e = p;

    return (e->pc >> 2 ^ e->mode) * 0x9e3779b1u;
}

static gboolean entry_equal(gconstpointer a, gconstpointer b)
{
    const Entry *x = a, *y = b;

    return x->pc == y->pc && x->mode == y->mode;
}

void tcg_profile_block(TranslationBlock *tb)
{
    TBExtra *x = tb->extra;

    if (!entries || !x) {
        return;
    }
    const Entry key = { .pc = x->pc, .mode = tb->mode };
    Entry *e = g_hash_table_lookup(entries, &key);
    if (!e) {
        e = g_memdup2(&key, sizeof(key));
        g_hash_table_add(entries, e);
    }
    e->before = tb->off - tb->low;
    e->size = tb->size;
    e->n_insns = tb->n_insns;
    e->host_insns = x->host_insns;
    e->translations++;
    e->runs += x->runs;
    e->cost += (double)x->runs * x->host_insns;
    e->guest += (double)x->runs * tb->n_insns;
    x->runs = 0;
}

static int by_cost(const void *a, const void *b)
{
    const Entry *x = *(Entry *const *)a, *y = *(Entry *const *)b;

    return x->cost > y->cost ? -1 : x->cost < y->cost;
}

static GPtrArray *sorted(GHashTable *table)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter it;
    gpointer e;

    g_hash_table_iter_init(&it, table);
    while (g_hash_table_iter_next(&it, NULL, &e)) {
        g_ptr_array_add(list, e);
    }
    g_ptr_array_sort(list, by_cost);
    return list;
}

static double percent(double part, double whole)
{
    return whole ? 100 * part / whole : 0;
}

static void print_functions(GPtrArray *list, double total)
{
    g_autoptr(GHashTable) sums = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

    for (unsigned n = 0; n < list->len; n++) {
        const Entry *e = g_ptr_array_index(list, n);
        uint64_t offset;
        const char *name = tcg_symbol(e->pc, &offset);
        Entry *sum = name ? g_hash_table_lookup(sums, name) : NULL;
        if (name && !sum) {
            sum = g_new0(Entry, 1);
            sum->symbol = name;
            g_hash_table_insert(sums, (char *)name, sum);
        }
        if (sum) {
            sum->runs += e->runs;
            sum->cost += e->cost;
            sum->guest += e->guest;
        }
    }
    if (!g_hash_table_size(sums)) {
        return;
    }
    g_autoptr(GPtrArray) by_name = sorted(sums);
    fprintf(file, "# By function\n%7s %14s %10s  %s\n", "share", "blocks run", "host/guest",
            "function");
    for (unsigned n = 0; n < MIN(by_name->len, FUNCTIONS_SHOWN); n++) {
        const Entry *e = g_ptr_array_index(by_name, n);
        fprintf(file, "%6.2f%% %14" PRIu64 " %10.2f  %s\n", percent(e->cost, total), e->runs,
                e->guest ? e->cost / e->guest : 0, e->symbol);
    }
    fprintf(file, "\n");
}

static void print_blocks(GPtrArray *list, double total)
{
    double sum = 0;

    fprintf(file, "# By block\n%7s %7s %14s %6s %5s %10s  %s\n", "share", "sum", "executions",
            "guest", "host", "host/guest", "guest addresses");
    for (unsigned n = 0; n < MIN(list->len, BLOCKS_SHOWN); n++) {
        const Entry *e = g_ptr_array_index(list, n);
        g_autofree char *symbol = tcg_symbol_text(e->pc);
        sum += e->cost;
        fprintf(file,
                "%6.2f%% %6.2f%% %14" PRIu64 " %6u %5u %10.2f  0x%" PRIx64 "-0x%" PRIx64 " %s\n",
                percent(e->cost, total), percent(sum, total), e->runs, e->n_insns, e->host_insns,
                e->n_insns ? (double)e->host_insns / e->n_insns : 0, e->pc - e->before,
                e->pc - e->before + e->size - 1, symbol);
    }
}

/* tb_lock is taken unless the thread that ends the program may have it. */
static void report(void)
{
    bool locked = qemu_mutex_trylock(&tcg_state.tb_lock) == 0;
    double cost = 0, guest = 0;
    uint64_t runs = 0;

    tcg_cache_foreach(tcg_profile_block);
    if (locked) {
        qemu_mutex_unlock(&tcg_state.tb_lock);
    }
    g_autoptr(GPtrArray) list = sorted(entries);
    for (unsigned n = 0; n < list->len; n++) {
        const Entry *e = g_ptr_array_index(list, n);
        cost += e->cost;
        guest += e->guest;
        runs += e->runs;
    }
    fprintf(file,
            "# Executed: %" PRIu64 " blocks, %.0f guest instructions, %.2f host instructions each; "
            "%u blocks known\n"
            "# share: of host instructions on frequent paths, without helpers\n\n",
            runs, guest, guest ? cost / guest : 0, list->len);
    print_functions(list, cost);
    print_blocks(list, cost);
    if (fclose(file)) {
        error_report("profile=%s: can not be written: %s", tcg_state.profile, strerror(errno));
    }
}

bool tcg_profile_open(Error **errp)
{
    if (!tcg_state.profile) {
        return true;
    }
    file = fopen(tcg_state.profile, "w");
    if (!file) {
        error_setg_errno(errp, errno, "profile=%s: can not be written", tcg_state.profile);
        return false;
    }
    entries = g_hash_table_new(entry_hash, entry_equal);
    atexit(report);
    return true;
}
