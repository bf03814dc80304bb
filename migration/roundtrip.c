/* SPDX-License-Identifier: MIT */
/*
 * The test that each device gets for free: its state must survive being saved, overwritten with
 * random values, and loaded. A field that the table lacks, a hook that changes what it should only
 * save, a derived value that post_load does not rebuild: all show as a difference or as a guest
 * that goes wrong afterwards.
 */
#include "qemu/osdep.h"

#include "internal.h"
#include "system/runstate.h"
#include "vmstate-internal.h"

/* ---- Random values ---- */

/* Often small: indices and enumerations shall have a chance. */
static uint64_t random_value(GRand *rng)
{
    uint64_t wide = (uint64_t)g_rand_int(rng) << 32 | g_rand_int(rng);

    switch (g_rand_int_range(rng, 0, 4)) {
    case 0:
        return 0;
    case 1:
        return g_rand_int_range(rng, 0, 4);
    case 2:
        return g_rand_int_range(rng, 0, 256);
    default:
        return wide;
    }
}

static void scramble_bytes(uint8_t *p, size_t size, GRand *rng)
{
    for (size_t i = 0; i < size; i++) {
        p[i] = g_rand_int(rng);
    }
}

static void scramble(const VMStateDescription *vmsd, void *opaque, GRand *rng, int one_in);

static void scramble_elem(const VMStateField *field, void *elem, int64_t size, GRand *rng,
                          int one_in)
{
    const VMStateInfo *info = field->info;
    uint64_t value = random_value(rng);

    if (field->flags & (VMS_STRUCT | VMS_VSTRUCT)) {
        scramble(field->vmsd, elem, rng, one_in);
    } else if (g_rand_int_range(rng, 0, one_in)) {
        return;
    } else if (info == &vmstate_info_bool) {
        *(bool *)elem = value & 1;
    } else if (info == &vmstate_info_timer) {
        if (value & 1) {
            timer_mod_ns(elem, value >> 1);
        } else {
            timer_del(elem);
        }
    } else if (info == &vmstate_info_buffer) {
        scramble_bytes(elem, size, rng);
    } else if (info == &vmstate_info_bitmap) {
        scramble_bytes(elem, DIV_ROUND_UP(size, 64) * 8, rng);
    } else if (info == &vmstate_info_int8 || info == &vmstate_info_uint8) {
        *(uint8_t *)elem = value;
    } else if (info == &vmstate_info_int16 || info == &vmstate_info_uint16) {
        *(uint16_t *)elem = value;
    } else if (info == &vmstate_info_int32 || info == &vmstate_info_uint32) {
        *(uint32_t *)elem = value;
    } else if (info == &vmstate_info_int64 || info == &vmstate_info_uint64) {
        *(uint64_t *)elem = value;
    }
}

/* Whether some field of @vmsd has its count or size in @field. */
static bool is_count(const VMStateDescription *vmsd, const VMStateField *field)
{
    for (const VMStateField *other = vmsd->fields; other->flags != VMS_END; other++) {
        if (vmstate_has_count(other) &&
            field->offset ==
                (other->flags & VMS_VBUFFER ? other->size_offset : other->num_offset)) {
            return true;
        }
    }
    return false;
}

/* One value in @one_in is changed. */
static void scramble(const VMStateDescription *vmsd, void *opaque, GRand *rng, int one_in)
{
    for (const VMStateField *field = vmsd->fields; field && field->flags != VMS_END; field++) {
        int64_t n = vmstate_n_elems(field, opaque), size = vmstate_elem_size(field, opaque);
        void *first = vmstate_first_elem(field, opaque);

        if (!first || is_count(vmsd, field) ||
            !vmstate_field_exists(field, opaque, vmsd->version_id)) {
            continue;
        }
        for (int64_t i = 0; i < n; i++) {
            void *elem = vmstate_elem(field, first, i, size);
            if (elem) {
                scramble_elem(field, elem, size, rng, one_in);
            }
        }
    }
    for (const VMStateDescription *const *sub = vmsd->subsections; sub && *sub; sub++) {
        if (!(*sub)->needed || (*sub)->needed(opaque)) {
            scramble(*sub, opaque, rng, one_in);
        }
    }
}

void vmstate_scramble(const VMStateDescription *vmsd, void *opaque, GRand *rng)
{
    scramble(vmsd, opaque, rng, 1);
}

/* ---- One structure ---- */

static QEMUFile *save_one(const VMStateDescription *vmsd, void *opaque, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_output();

    return vmstate_save_state(f, vmsd, opaque, NULL, errp) ? NULL : g_steal_pointer(&f);
}

static bool load_one(QEMUFile *saved, const VMStateDescription *vmsd, void *opaque, Error **errp)
{
    size_t size;
    const uint8_t *data = qemu_file_data(saved, &size);
    g_autoptr(QEMUFile) f = qemu_file_new_input(data, size);

    if (vmstate_load_state(f, vmsd, opaque, vmsd->version_id, errp)) {
        return false;
    }
    if (qemu_file_left(f)) {
        error_setg(errp, "saved state of '%s': %zu bytes too many", vmsd->name, qemu_file_left(f));
        return false;
    }
    return true;
}

/*
 * A state that the structure takes, in random contents: a walk from the present one, by steps that
 * change all values or a few. Steps that post_load refuses are taken back.
 */
static QEMUFile *random_state(const VMStateDescription *vmsd, void *opaque, GRand *rng,
                              Error **errp)
{
    g_autoptr(QEMUFile) good = save_one(vmsd, opaque, errp);

    for (int step = 0; good && step < 24; step++) {
        g_autoptr(QEMUFile) f = NULL;
        Error *err = NULL;

        scramble(vmsd, opaque, rng, 1 << 2 * (step % 4));
        f = save_one(vmsd, opaque, &err);
        if (f && load_one(f, vmsd, opaque, &err)) {
            qemu_file_free(good);
            good = save_one(vmsd, opaque, errp);
            continue;
        }
        error_free(err);
        if (!load_one(good, vmsd, opaque, errp)) {
            return NULL;
        }
    }
    return g_steal_pointer(&good);
}

static size_t first_difference(const QEMUFile *a, const QEMUFile *b, bool *differ)
{
    size_t na, nb, i = 0;
    const uint8_t *pa = qemu_file_data(a, &na), *pb = qemu_file_data(b, &nb);

    if (na == nb && (!na || !memcmp(pa, pb, na))) {
        *differ = false;
        return 0;
    }
    while (i < MIN(na, nb) && pa[i] == pb[i]) {
        i++;
    }
    *differ = true;
    return i;
}

bool vmstate_roundtrip(const VMStateDescription *vmsd, void *opaque, GRand *rng, bool first_fill,
                       Error **errp)
{
    g_autoptr(QEMUFile) before =
        first_fill ? random_state(vmsd, opaque, rng, errp) : save_one(vmsd, opaque, errp);
    g_autoptr(QEMUFile) after = NULL;
    bool differ;
    size_t at;

    if (!before) {
        return false;
    }
    vmstate_scramble(vmsd, opaque, rng);
    if (!load_one(before, vmsd, opaque, errp) || !(after = save_one(vmsd, opaque, errp))) {
        return false;
    }
    at = first_difference(before, after, &differ);
    if (differ) {
        error_setg(errp, "saved state of '%s' differs after loading, at byte %zu", vmsd->name, at);
    }
    return !differ;
}

/* ---- The machine ---- */

/* Which item's state holds byte @at of a stream, found by saving them one by one. */
static void report_difference(size_t total, size_t at, size_t ram_end, Error **errp)
{
    g_autoptr(GPtrArray) items = savevm_collect();
    size_t begin = ram_end;

    if (at < ram_end) {
        error_setg(errp, "state differs after loading: RAM, at byte %zu of %zu", at, total);
        return;
    }
    for (unsigned i = 0; i < items->len; i++) {
        const SaveItem *item = items->pdata[i];
        g_autoptr(QEMUFile) f = save_one(item->vmsd, item->opaque, NULL);
        size_t head = 14 + strlen(item->name), size = f ? qemu_file_tell(f) : 0;

        if (at < begin + head + size + 5) {
            error_setg(errp, "state differs after loading: '%s' (instance %d), at byte %zd of %zu",
                       item->name, item->instance_id, (ssize_t)(at - begin - head), size);
            return;
        }
        begin += head + size + 5;
    }
    error_setg(errp, "state differs after loading at byte %zu of %zu", at, total);
}

static void scramble_machine(GRand *rng)
{
    g_autoptr(GPtrArray) items = savevm_collect();

    qemu_system_reset(SHUTDOWN_CAUSE_SNAPSHOT_LOAD);
    ram_scramble(rng);
    for (unsigned i = 0; i < items->len; i++) {
        const SaveItem *item = items->pdata[i];
        vmstate_scramble(item->vmsd, item->opaque, rng);
    }
}

static bool load_machine(QEMUFile *saved, Error **errp)
{
    size_t size;
    const uint8_t *data = qemu_file_data(saved, &size);
    g_autoptr(QEMUFile) in = qemu_file_new_input(data, size);

    return loadvm_from_stream(in, errp);
}

static size_t ram_section_size(void)
{
    g_autoptr(QEMUFile) f = qemu_file_new_output();

    ram_save(f, NULL);
    return qemu_file_tell(f) + 8 + 14 + strlen("ram") + 5; /* file head, section head, footer */
}

static bool roundtrip_stopped(GRand *rng, size_t *bytes, Error **errp)
{
    g_autoptr(QEMUFile) before = qemu_file_new_output(), after = qemu_file_new_output();
    bool differ;
    size_t at;

    if (!savevm_to_stream(before, errp)) {
        return false;
    }
    if (bytes) {
        *bytes = qemu_file_tell(before);
    }
    scramble_machine(rng);
    if (!load_machine(before, errp) || !savevm_to_stream(after, errp)) {
        return false;
    }
    at = first_difference(before, after, &differ);
    if (differ) {
        report_difference(qemu_file_tell(after), at, ram_section_size(), errp);
    }
    return !differ;
}

bool vm_state_roundtrip(uint32_t seed, size_t *bytes, Error **errp)
{
    GRand *rng = g_rand_new_with_seed(seed);
    bool was_running = runstate_is_running();
    bool ok;

    if (was_running) {
        vm_stop(RUN_STATE_SAVE_VM);
    }
    ok = roundtrip_stopped(rng, bytes, errp);
    g_rand_free(rng);
    if (!ok) {
        runstate_set(RUN_STATE_INTERNAL_ERROR);
    } else if (was_running) {
        vm_start();
    }
    return ok;
}
