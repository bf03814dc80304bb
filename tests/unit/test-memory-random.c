/* SPDX-License-Identifier: MIT */
/*
 * Random region graphs against a resolver that looks at one byte at a time, while another thread
 * reads. MEMORY_TREES sets the number of graphs.
 *
 * A graph lives in one reference-counted object, which the views keep alive; freed memory is
 * overwritten, so that a reader that comes too late is found out even without a sanitizer.
 */
#include "qemu/osdep.h"

#include "qemu/bql.h"
#include "qemu/module.h"
#include "qemu/thread.h"
#include "system/memory.h"

#define TYPE_TREE  "test-memory-tree"
#define MAX_NODES  14
#define WINDOW     512 /* bytes that are compared */
#define LIVE_MAGIC 0x51a7e0f1u
#define DEAD_MAGIC 0xdeaddeadu

typedef enum { KIND_CONTAINER, KIND_IO, KIND_RAM, KIND_ROM, KIND_ALIAS, NR_KINDS } Kind;

/* What the resolver knows of a region. */
typedef struct Node {
    MemoryRegion mr;
    uint32_t magic;
    unsigned id;
    Kind kind;
    hwaddr size, addr, alias_offset;
    int priority;
    unsigned seq; /* rises with each linking */
    bool enabled, readonly, linked;
    struct Node *parent, *target;
    uint8_t *bytes;
} Node;

typedef struct Tree {
    Object parent_obj;
    unsigned nr;
    unsigned seq;
    Node nodes[MAX_NODES];
} Tree;
DECLARE_INSTANCE_CHECKER(Tree, TREE, TYPE_TREE)

static AddressSpace space;
static MemoryRegion *root;
static GRand *rng;
static uint8_t patterns[MAX_NODES][2 * WINDOW];
static bool stop_reader;     /* atomic */
static unsigned trees_freed; /* (BQL) */

static unsigned rnd(unsigned n)
{
    return (unsigned)g_rand_int_range(rng, 0, (gint32)n);
}

static uint8_t pattern(unsigned id, hwaddr offset)
{
    return (uint8_t)(id * 37 + offset * 11 + (offset >> 8) * 5 + 1);
}

static uint64_t io_read(void *opaque, hwaddr addr, unsigned size)
{
    Node *n = opaque;

    g_assert_cmphex(n->magic, ==, LIVE_MAGIC);
    return pattern(n->id, addr);
}

static void io_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
}

static const MemoryRegionOps io_ops = {
    .read = io_read,
    .write = io_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
    .impl = { .min_access_size = 1, .max_access_size = 1 },
};

/* --- The resolver --- */

typedef struct Hit {
    Node *node;
    hwaddr offset;
    bool readonly;
} Hit;

static Hit resolve(Tree *t, Node *n, hwaddr offset, bool readonly);

static Hit resolve_children(Tree *t, Node *parent, hwaddr offset, bool readonly)
{
    Hit best = { NULL };
    Node *winner = NULL;

    for (unsigned i = 0; i < t->nr; i++) {
        Node *n = &t->nodes[i];
        Hit hit;

        if (!n->linked || n->parent != parent || offset < n->addr) {
            continue;
        }
        hit = resolve(t, n, offset - n->addr, readonly);
        if (hit.node && (!winner || n->priority > winner->priority ||
                         (n->priority == winner->priority && n->seq > winner->seq))) {
            winner = n;
            best = hit;
        }
    }
    return best;
}

static Hit resolve(Tree *t, Node *n, hwaddr offset, bool readonly)
{
    Hit hit = { NULL };

    if (!n->enabled || offset >= n->size) {
        return hit;
    }
    readonly |= n->readonly;
    if (n->kind == KIND_ALIAS) {
        return resolve(t, n->target, offset + n->alias_offset, readonly);
    }
    hit = resolve_children(t, n, offset, readonly);
    if (!hit.node && n->kind != KIND_CONTAINER) {
        hit = (Hit){ n, offset, readonly };
    }
    return hit;
}

/* --- Making and changing graphs --- */

static void make_region(Tree *t, Node *n)
{
    Object *owner = OBJECT(t);

    switch (n->kind) {
    case KIND_CONTAINER:
        memory_region_init(&n->mr, owner, "container", n->size);
        break;
    case KIND_IO:
        memory_region_init_io(&n->mr, owner, &io_ops, n, "io", n->size);
        break;
    case KIND_ALIAS:
        memory_region_init_alias(&n->mr, owner, "alias", &n->target->mr, n->alias_offset, n->size);
        break;
    default:
        memory_region_init_ram_ptr(&n->mr, owner, "ram", n->size, patterns[n->id]);
        break;
    }
    if (n->kind == KIND_ROM) {
        memory_region_set_readonly(&n->mr, true);
        n->readonly = true;
    }
}

static void add_node(Tree *t)
{
    Node *n = &t->nodes[t->nr];

    n->magic = LIVE_MAGIC;
    n->id = t->nr;
    n->kind = rnd(t->nr ? NR_KINDS : KIND_ALIAS);
    n->size = 1 + rnd(rnd(2) ? 2 * WINDOW : 64);
    n->enabled = true;
    if (n->kind == KIND_ALIAS) {
        n->target = &t->nodes[rnd(t->nr)];
        n->alias_offset = rnd(4) ? rnd(64) : rnd(2 * WINDOW);
    }
    make_region(t, n);
    t->nr++;
}

/* True if @n shows @what, through children and aliases: linking @n below @what would be a cycle. */
static bool reaches(Tree *t, const Node *n, const Node *what)
{
    if (n == what || (n->target && reaches(t, n->target, what))) {
        return true;
    }
    for (unsigned i = 0; i < t->nr; i++) {
        Node *c = &t->nodes[i];

        if (c->linked && c->parent == n && reaches(t, c, what)) {
            return true;
        }
    }
    return false;
}

static void unlink_node(Node *n)
{
    if (n->linked) {
        memory_region_del_subregion(n->parent ? &n->parent->mr : root, &n->mr);
        n->linked = false;
        n->parent = NULL;
    }
}

static void link_node(Tree *t, Node *n, hwaddr base)
{
    Node *parent = rnd(2) ? NULL : &t->nodes[rnd(t->nr)];

    unlink_node(n);
    if (parent && (parent->kind == KIND_ALIAS || reaches(t, n, parent))) {
        parent = NULL;
    }
    n->parent = parent;
    n->addr = rnd(3) ? rnd(WINDOW) : rnd(32);
    n->addr += parent ? 0 : base;
    n->priority = (int)rnd(5) - 2;
    n->seq = ++t->seq;
    n->linked = true;
    memory_region_add_subregion_overlap(parent ? &parent->mr : root, n->addr, &n->mr, n->priority);
}

static void change_node(Tree *t, Node *n, hwaddr base)
{
    switch (rnd(6)) {
    case 0:
    case 1:
        n->enabled = !n->enabled;
        memory_region_set_enabled(&n->mr, n->enabled);
        break;
    case 2:
        if (n->linked) {
            hwaddr addr = (n->parent ? 0 : base) + rnd(WINDOW);

            n->seq = addr != n->addr ? ++t->seq : n->seq;
            n->addr = addr;
            memory_region_set_address(&n->mr, addr);
        }
        break;
    case 3:
        if (n->kind == KIND_ALIAS) {
            n->alias_offset = rnd(WINDOW);
            memory_region_set_alias_offset(&n->mr, n->alias_offset);
        } else {
            n->readonly = !n->readonly;
            memory_region_set_readonly(&n->mr, n->readonly);
        }
        break;
    case 4:
        unlink_node(n);
        break;
    default:
        link_node(t, n, base);
        break;
    }
}

static Tree *make_tree(hwaddr base)
{
    Tree *t = TREE(object_new(TYPE_TREE));
    unsigned nr = 2 + rnd(MAX_NODES - 1), changes = rnd(6);
    bool one = rnd(4) != 0; /* all in one transaction */

    if (one) {
        memory_region_transaction_begin();
    }
    for (unsigned i = 0; i < nr; i++) {
        add_node(t);
        if (rnd(5)) {
            link_node(t, &t->nodes[i], base);
        }
        if (!rnd(3)) {
            change_node(t, &t->nodes[rnd(t->nr)], base);
        }
    }
    if (one) {
        memory_region_transaction_commit();
    }
    while (changes--) {
        change_node(t, &t->nodes[rnd(t->nr)], base);
    }
    return t;
}

static void drop_tree(Tree *t)
{
    memory_region_transaction_begin();
    for (unsigned i = 0; i < t->nr; i++) {
        unlink_node(&t->nodes[i]);
    }
    object_unref(OBJECT(t));
    memory_region_transaction_commit();
}

/* --- Comparing --- */

static void compare_byte(Tree *t, hwaddr addr, uint8_t seen, MemTxResult whole)
{
    Hit hit = resolve_children(t, NULL, addr, false);
    MemoryTarget target;
    bool there;

    RCU_READ_LOCK_GUARD();
    there = address_space_resolve(&space, addr, 1, false, MEMTXATTRS_UNSPECIFIED, &target);
    g_assert_cmpint(there, ==, hit.node != NULL);
    if (!hit.node) {
        g_assert_true(whole & MEMTX_DECODE_ERROR);
        g_assert_cmphex(seen, ==, 0);
        return;
    }
    g_assert_true(target.mr == &hit.node->mr);
    g_assert_cmphex(target.offset, ==, hit.offset);
    g_assert_cmphex(seen, ==, pattern(hit.node->id, hit.offset));
    if (hit.node->mr.ram) {
        g_assert_cmpint(target.readonly, ==, hit.readonly);
        g_assert_true(target.host == patterns[hit.node->id] + hit.offset);
    }
}

static void compare(Tree *t, hwaddr base)
{
    uint8_t seen[WINDOW];
    MemTxResult result =
        address_space_read(&space, base, MEMTXATTRS_UNSPECIFIED, seen, sizeof(seen));

    for (unsigned i = 0; i < WINDOW; i++) {
        compare_byte(t, base + i, seen[i], result);
    }
}

/* --- The reader --- */

static void read_somewhere(uint32_t r, const hwaddr *bases)
{
    hwaddr addr = bases[r % 3] + (r >> 8) % WINDOW;
    MemoryTarget t;
    uint64_t v;

    RCU_READ_LOCK_GUARD();
    if (!address_space_resolve(&space, addr, 1, false, MEMTXATTRS_UNSPECIFIED, &t)) {
        return;
    }
    if (t.host) {
        /* Which region it was, the offset in the host memory tells. */
        size_t at = (size_t)(t.host - &patterns[0][0]);
        unsigned id = at / sizeof(patterns[0]);

        g_assert_cmpuint(id, <, MAX_NODES);
        g_assert_cmphex(*t.host, ==, pattern(id, at % sizeof(patterns[0])));
    } else {
        /* Lock free for once: the region is alive as long as the section lasts. */
        Node *n = t.mr->opaque;

        v = io_read(n, t.offset, 1);
        g_assert_cmphex(v, ==, pattern(n->id, t.offset));
    }
}

static const hwaddr bases[3] = { 0, 0x40000000, HWADDR_MAX - WINDOW + 1 };

static void *reader(void *unused)
{
    uint32_t r = 1;
    unsigned long reads = 0;

    while (!qatomic_read(&stop_reader)) {
        r = r * 1664525 + 1013904223;
        read_somewhere(r >> 3, bases);
        if ((++reads & 1023) == 0) {
            g_usleep(50); /* leave the processor to the others */
        }
    }
    return NULL;
}

static unsigned nr_trees(void)
{
    const char *s = g_getenv("MEMORY_TREES");

    return s ? (unsigned)strtoul(s, NULL, 0) : 20000;
}

static void test_random(void)
{
    unsigned n = nr_trees();
    QemuThread thread;

    qemu_thread_create(&thread, "reader", reader, NULL, QEMU_THREAD_JOINABLE);
    for (unsigned i = 0; i < n; i++) {
        hwaddr base = bases[rnd(3)];
        Tree *t = make_tree(base);

        compare(t, base);
        drop_tree(t);
        if (i % 128 == 127) {
            drain_call_rcu();
        }
    }
    qatomic_set(&stop_reader, true);
    bql_unlock();
    qemu_thread_join(&thread);
    bql_lock();
    drain_call_rcu();
    drain_call_rcu(); /* what the callbacks have queued */
    g_assert_cmpuint(trees_freed, ==, n);
}

static void tree_finalize(Object *obj)
{
    Tree *t = TREE(obj);

    for (unsigned i = 0; i < t->nr; i++) {
        t->nodes[i].magic = DEAD_MAGIC;
    }
    trees_freed++;
}

static const TypeInfo tree_info = {
    .name = TYPE_TREE,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Tree),
    .instance_finalize = tree_finalize,
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&tree_info);
    bql_lock();
    rng = g_rand_new_with_seed(20261121);
    for (unsigned id = 0; id < MAX_NODES; id++) {
        for (unsigned i = 0; i < sizeof(patterns[id]); i++) {
            patterns[id][i] = pattern(id, i);
        }
    }
    root = g_new0(MemoryRegion, 1);
    memory_region_init(root, NULL, "root", UINT64_MAX);
    address_space_init(&space, root, "test");
    g_test_add_func("/memory/random", test_random);
    return g_test_run();
}
