/* SPDX-License-Identifier: MIT */
/*
 * Saving and loading by tables: the bytes, versions, subsections, hooks, counted arrays and their
 * limits, comparisons, and the errors of streams that lie.
 */
#include "qemu/osdep.h"

#include "migration/qemu-file.h"
#include "migration/snapshot.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"

typedef struct Part {
    uint16_t a;
    bool b;
} Part;

typedef struct Thing {
    uint8_t u8;
    int32_t i32;
    uint64_t u64;
    uint16_t array[3];
    Part part;
    Part *parts; /* n_parts, room for 4 */
    uint32_t n_parts;
    uint32_t late;  /* since version 2 */
    uint32_t extra; /* subsection, if not 0 */
    uint32_t width; /* must be equal */
    uint32_t buffer_size;
    uint8_t *buffer;
    int saves, saved, loads;
    int refuse; /* what post_load returns */
} Thing;

static int thing_pre_save(void *opaque)
{
    ((Thing *)opaque)->saves++;
    return 0;
}

static int thing_post_save(void *opaque)
{
    ((Thing *)opaque)->saved++;
    return 0;
}

static int thing_post_load(void *opaque, int version_id)
{
    Thing *t = opaque;

    t->loads = version_id;
    return t->refuse;
}

static bool extra_needed(void *opaque)
{
    return ((Thing *)opaque)->extra != 0;
}

static const VMStateDescription vmstate_part = {
    .name = "part",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT16(a, Part),
            VMSTATE_BOOL(b, Part),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_extra = {
    .name = "thing/extra",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = extra_needed,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(extra, Thing),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_thing = {
    .name = "thing",
    .version_id = 2,
    .minimum_version_id = 1,
    .pre_save = thing_pre_save,
    .post_save = thing_post_save,
    .post_load = thing_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT8(u8, Thing),
            VMSTATE_INT32(i32, Thing),
            VMSTATE_UINT64(u64, Thing),
            VMSTATE_UINT16_ARRAY(array, Thing, 3),
            VMSTATE_STRUCT(part, Thing, 1, vmstate_part, Part),
            VMSTATE_UINT32(n_parts, Thing),
            VMSTATE_STRUCT_VARRAY_POINTER_UINT32(parts, Thing, n_parts, vmstate_part, Part),
            VMSTATE_UINT32_V(late, Thing, 2),
            VMSTATE_UINT32_EQUAL(width, Thing, "use the same width="),
            VMSTATE_UINT32(buffer_size, Thing),
            VMSTATE_VBUFFER_UINT32(buffer, Thing, 1, NULL, buffer_size),
            VMSTATE_END_OF_LIST(),
        },
    .subsections = (const VMStateDescription *const[]){ &vmstate_extra, NULL },
};

static void make(Thing *t)
{
    *t = (Thing){
        .u8 = 0x12,
        .i32 = -2,
        .u64 = 0x0102030405060708,
        .array = { 1, 2, 3 },
        .part = { 0xabcd, true },
        .parts = g_new0(Part, 4),
        .n_parts = 2,
        .late = 7,
        .width = 32,
        .buffer_size = 3,
        .buffer = g_memdup2("xyz", 3),
    };
    t->parts[1].a = 9;
}

static void clear(Thing *t)
{
    g_free(t->parts);
    g_free(t->buffer);
}

static QEMUFile *save(Thing *t)
{
    QEMUFile *f = qemu_file_new_output();

    g_assert_cmpint(vmstate_save_state(f, &vmstate_thing, t, NULL, &error_abort), ==, 0);
    return f;
}

static bool load_bytes(Thing *t, const uint8_t *data, size_t size, int version, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_input(data, size);

    return vmstate_load_state(f, &vmstate_thing, t, version, errp) == 0;
}

static void refused(Thing *t, const uint8_t *data, size_t size, int version, const char *pattern)
{
    Error *err = NULL;

    g_assert_false(load_bytes(t, data, size, version, &err));
    g_assert_true(g_pattern_match_simple(pattern, error_get_pretty(err)));
    error_free(err);
}

/* clang-format off */
static const uint8_t bytes_v2[] = {
    0x12, 0xff, 0xff, 0xff, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8, /* u8, i32, u64 */
    0, 1, 0, 2, 0, 3, 0xab, 0xcd, 1, /* array, part */
    0, 0, 0, 2, 0, 0, 0, 0, 9, 0, /* n_parts, parts */
    0, 0, 0, 7, 0, 0, 0, 32, /* late, width */
    0, 0, 0, 3, 'x', 'y', 'z', /* buffer */
};
/* clang-format on */
enum { AT_BOOL = 21, AT_N_PARTS = 22, AT_LATE = 32, AT_WIDTH = 36, AT_BUFFER_SIZE = 40 };

static void test_bytes(void)
{
    g_autoptr(QEMUFile) f = NULL;
    const uint8_t *data;
    size_t size;
    Thing t;

    make(&t);
    f = save(&t);
    data = qemu_file_data(f, &size);
    g_assert_cmpmem(data, size, bytes_v2, sizeof(bytes_v2));
    g_assert_cmpint(t.saves, ==, 1);
    g_assert_cmpint(t.saved, ==, 1);
    clear(&t);
}

static void test_load(void)
{
    Thing t;

    make(&t);
    t.u8 = t.array[1] = t.part.a = t.parts[1].a = t.late = 0;
    t.part.b = false;
    t.buffer[1] = 0;
    g_assert_true(load_bytes(&t, bytes_v2, sizeof(bytes_v2), 2, &error_abort));
    g_assert_cmpint(t.loads, ==, 2);
    g_assert_cmphex(t.u8, ==, 0x12);
    g_assert_cmpint(t.i32, ==, -2);
    g_assert_cmpint(t.array[1], ==, 2);
    g_assert_true(t.part.b && t.part.a == 0xabcd);
    g_assert_cmpint(t.parts[1].a, ==, 9);
    g_assert_cmpint(t.late, ==, 7);
    g_assert_cmpmem(t.buffer, 3, "xyz", 3);
    clear(&t);
}

/* A field of a later version keeps its value. */
static void test_old_version(void)
{
    uint8_t v1[sizeof(bytes_v2) - 4];
    Thing t;

    memcpy(v1, bytes_v2, AT_LATE);
    memcpy(v1 + AT_LATE, bytes_v2 + AT_WIDTH, sizeof(bytes_v2) - AT_WIDTH);
    make(&t);
    t.late = 99;
    g_assert_true(load_bytes(&t, v1, sizeof(v1), 1, &error_abort));
    g_assert_cmpint(t.loads, ==, 1);
    g_assert_cmpint(t.late, ==, 99);
    refused(&t, bytes_v2, sizeof(bytes_v2), 3, "*'thing' is of version 3; versions 1 to 2 *");
    refused(&t, bytes_v2, sizeof(bytes_v2), 0, "*'thing' is of version 0; *");
    clear(&t);
}

static void test_subsection(void)
{
    g_autoptr(QEMUFile) f = NULL;
    g_autofree uint8_t *copy = NULL;
    const uint8_t *data;
    size_t size;
    Thing t;

    make(&t);
    t.extra = 0x55;
    f = save(&t);
    data = qemu_file_data(f, &size);
    g_assert_cmpuint(size, ==, sizeof(bytes_v2) + 2 + strlen("thing/extra") + 4 + 4);
    t.extra = 0;
    g_assert_true(load_bytes(&t, data, size, 2, &error_abort));
    g_assert_cmphex(t.extra, ==, 0x55);

    copy = g_memdup2(data, size);
    copy[sizeof(bytes_v2) + 2 + 6] = 'E'; /* another name */
    refused(&t, copy, size, 2, "*part 'thing/Extra' that is not known here");
    copy[sizeof(bytes_v2) + 2 + 6] = 'e';
    copy[sizeof(bytes_v2) + 2 + 11 + 3] = 9; /* another version */
    refused(&t, copy, size, 2, "*'thing/extra' is of version 9*");
    clear(&t);
}

static void test_hook_refuses(void)
{
    Thing t;

    make(&t);
    t.refuse = -EINVAL;
    refused(&t, bytes_v2, sizeof(bytes_v2), 2, "*'thing': post_load refuses it: *");
    clear(&t);
}

/* Each place that the stream could lie at. */
static void test_lies(void)
{
    static const struct {
        int at;
        uint8_t value;
        const char *pattern;
    } lies[] = {
        { AT_BOOL, 2, "*'part', field 'b': the value is not valid" },
        { AT_N_PARTS, 0x80, "*'thing', field 'parts': * elements; there is room for *" },
        { AT_N_PARTS + 3, 3, "*'thing', field 'parts': 3 elements; there is room for 2" },
        { AT_WIDTH + 3, 64, "*use the same width=*" },
        { AT_BUFFER_SIZE, 0xff, "*'buffer'*" },
        { AT_BUFFER_SIZE + 3, 4, "*'buffer': 4 bytes; there is room for 3" },
    };
    uint8_t copy[sizeof(bytes_v2)];
    Thing t;

    for (int i = 0; i < ARRAY_SIZE(lies); i++) {
        make(&t);
        memcpy(copy, bytes_v2, sizeof(copy));
        copy[lies[i].at] = lies[i].value;
        refused(&t, copy, sizeof(copy), 2, lies[i].pattern);
        clear(&t);
    }
}

/* A stream that ends anywhere is an error, and says which field was not there. */
static void test_cut(void)
{
    Thing t;

    for (size_t size = 0; size < sizeof(bytes_v2); size++) {
        make(&t);
        refused(&t, bytes_v2, size, 2, "saved state of '*', field '*': *");
        clear(&t);
    }
}

static void test_round_trip(void)
{
    GRand *rng = g_rand_new_with_seed(3);
    Thing t;

    make(&t);
    for (int i = 0; i < 100; i++) {
        g_assert_true(vmstate_roundtrip(&vmstate_thing, &t, rng, true, &error_abort));
    }
    g_rand_free(rng);
    clear(&t);
}

/* What the round trip is for: a hook that changes what was loaded is found. */
static int forgetful_post_load(void *opaque, int version_id)
{
    ((Part *)opaque)->a |= 1;
    return 0;
}

static void test_round_trip_finds(void)
{
    VMStateDescription vmsd = vmstate_part;
    GRand *rng = g_rand_new_with_seed(4);
    Part part = { 4, true };
    Error *err = NULL;

    vmsd.post_load = forgetful_post_load;
    g_assert_false(vmstate_roundtrip(&vmsd, &part, rng, false, &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "saved state of 'part' differs after loading, at byte 1");
    error_free(err);
    g_rand_free(rng);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    g_test_add_func("/vmstate/bytes", test_bytes);
    g_test_add_func("/vmstate/load", test_load);
    g_test_add_func("/vmstate/old-version", test_old_version);
    g_test_add_func("/vmstate/subsection", test_subsection);
    g_test_add_func("/vmstate/hook-refuses", test_hook_refuses);
    g_test_add_func("/vmstate/lies", test_lies);
    g_test_add_func("/vmstate/cut", test_cut);
    g_test_add_func("/vmstate/round-trip", test_round_trip);
    g_test_add_func("/vmstate/round-trip-finds", test_round_trip_finds);
    return g_test_run();
}
