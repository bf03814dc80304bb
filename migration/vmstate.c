/* SPDX-License-Identifier: MIT */
/*
 * Saving and loading a structure by its table.
 *
 * The stream has the fields of the table's version one after the other, without names; a structure
 * inside is its fields. Behind the fields come the subsections that are needed, each as
 *
 *     byte 5, byte length, full name "parent/part", be32 version, its fields
 *
 * so that a reader sees by the name whether the next one is his.
 *
 * A stream may hold anything. Where it goes is decided by the table alone, except for the number of
 * elements of arrays that count in a field: the count was loaded before them, so it is compared
 * with the room there is (VMStateField.num, or the count before loading), or with what is left of
 * the stream where loading allocates.
 */
#include "qemu/osdep.h"

#include "migration/vmstate.h"

#include "migration/qemu-file.h"
#include "qemu/bswap.h"
#include "vmstate-internal.h"

enum { SUBSECTION_MARK = 5, NULL_ELEMENT = '0' };

#define VMS_VARRAY (VMS_VARRAY_INT32 | VMS_VARRAY_UINT32 | VMS_VARRAY_UINT16 | VMS_VARRAY_UINT8)

/* ---- Shape of a field ---- */

static int64_t counted_elements(const VMStateField *field, const void *opaque)
{
    const void *count = (const uint8_t *)opaque + field->num_offset;

    if (field->flags & VMS_VARRAY_INT32) {
        return *(const int32_t *)count;
    }
    if (field->flags & VMS_VARRAY_UINT32) {
        return *(const uint32_t *)count;
    }
    return field->flags & VMS_VARRAY_UINT16 ? *(const uint16_t *)count : *(const uint8_t *)count;
}

int64_t vmstate_n_elems(const VMStateField *field, const void *opaque)
{
    int64_t n;

    if (field->flags & VMS_ARRAY) {
        return field->num;
    }
    if (!(field->flags & VMS_VARRAY)) {
        return 1;
    }
    n = counted_elements(field, opaque);
    return field->flags & VMS_MULTIPLY_ELEMENTS ? n * field->num : n;
}

int64_t vmstate_elem_size(const VMStateField *field, const void *opaque)
{
    int64_t size = field->size;

    if (field->flags & VMS_VBUFFER) {
        size = *(const int32_t *)((const uint8_t *)opaque + field->size_offset);
        if (field->flags & VMS_MULTIPLY) {
            size *= field->size;
        }
    }
    return size;
}

void *vmstate_first_elem(const VMStateField *field, void *opaque)
{
    void *first = (uint8_t *)opaque + field->offset;

    return field->flags & VMS_POINTER ? *(void **)first : first;
}

void *vmstate_elem(const VMStateField *field, void *first, int64_t i, int64_t size)
{
    void *elem = (uint8_t *)first + i * size;

    return field->flags & VMS_ARRAY_OF_POINTER ? *(void **)elem : elem;
}

bool vmstate_field_exists(const VMStateField *field, void *opaque, int version_id)
{
    return field->field_exists ? field->field_exists(opaque, version_id)
                               : field->version_id <= version_id;
}

bool vmstate_has_count(const VMStateField *field)
{
    return field->flags & (VMS_VARRAY | VMS_VBUFFER);
}

/* ---- Errors ---- */

/* Turns a hook's result into an error that says where; passes 0 on. */
static int hook_result(int ret, const VMStateDescription *vmsd, const char *hook, Error **errp)
{
    if (ret) {
        error_setg(errp, "saved state of '%s': %s refuses it: %s", vmsd->name, hook,
                   g_strerror(ret < 0 ? -ret : EINVAL));
        return ret < 0 ? ret : -EINVAL;
    }
    return 0;
}

static int field_error(QEMUFile *f, const VMStateDescription *vmsd, const VMStateField *field,
                       int ret, Error **errp)
{
    ERRP_GUARD();

    if (!qemu_file_take_error(f, errp)) {
        error_setg(errp, "%s", ret == -EIO ? "the stream ends here" : "the value is not valid");
    }
    error_prepend(errp, "saved state of '%s', field '%s': ", vmsd->name, field->name);
    return ret;
}

/* ---- Saving ---- */

static int save_elem(QEMUFile *f, const VMStateField *field, void *elem, int64_t size,
                     JSONWriter *vmdesc, Error **errp)
{
    if (!elem) {
        qemu_put_byte(f, NULL_ELEMENT);
        return 0;
    }
    if (field->flags & (VMS_STRUCT | VMS_VSTRUCT)) {
        return vmstate_save_state(f, field->vmsd, elem, vmdesc, errp);
    }
    return field->info->put(f, elem, size, field, vmdesc);
}

static int save_field(QEMUFile *f, const VMStateDescription *vmsd, const VMStateField *field,
                      void *opaque, JSONWriter *vmdesc, Error **errp)
{
    int64_t n = vmstate_n_elems(field, opaque), size = vmstate_elem_size(field, opaque);
    void *first = vmstate_first_elem(field, opaque);

    assert(n >= 0 && size >= 0 && (first || !n || !size || (field->flags & VMS_STRUCT)));
    for (int64_t i = 0; i < n && size; i++) {
        Error *err = NULL;
        int ret = save_elem(f, field, first ? vmstate_elem(field, first, i, size) : NULL, size,
                            vmdesc, &err);

        if (err) {
            error_propagate(errp, err);
            return ret;
        }
        ret = ret ? ret : qemu_file_get_error(f);
        if (ret) {
            return field_error(f, vmsd, field, ret, errp);
        }
    }
    return 0;
}

static int save_subsections(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                            JSONWriter *vmdesc, Error **errp)
{
    for (const VMStateDescription *const *sub = vmsd->subsections; sub && *sub; sub++) {
        size_t len = strlen((*sub)->name);
        int ret;

        if ((*sub)->needed && !(*sub)->needed(opaque)) {
            continue;
        }
        assert(len < 256);
        qemu_put_byte(f, SUBSECTION_MARK);
        qemu_put_byte(f, len);
        qemu_put_buffer(f, (const uint8_t *)(*sub)->name, len);
        qemu_put_be32(f, (*sub)->version_id);
        ret = vmstate_save_state(f, *sub, opaque, vmdesc, errp);
        if (ret) {
            return ret;
        }
    }
    return 0;
}

static int call_pre_save(const VMStateDescription *vmsd, void *opaque, Error **errp)
{
    if (vmsd->pre_save_errp) {
        return vmsd->pre_save_errp(opaque, errp) ? 0 : -EINVAL;
    }
    return vmsd->pre_save ? hook_result(vmsd->pre_save(opaque), vmsd, "pre_save", errp) : 0;
}

int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc, Error **errp)
{
    int ret;

    if (vmsd->unmigratable) {
        error_setg(errp, "'%s' has state that can not be saved", vmsd->name);
        return -EINVAL;
    }
    ret = call_pre_save(vmsd, opaque, errp);
    if (ret) {
        return ret;
    }
    for (const VMStateField *field = vmsd->fields; field && field->flags != VMS_END && !ret;
         field++) {
        if (vmstate_field_exists(field, opaque, vmsd->version_id)) {
            ret = save_field(f, vmsd, field, opaque, vmdesc, errp);
        }
    }
    ret = ret ? ret : save_subsections(f, vmsd, opaque, vmdesc, errp);
    if (vmsd->post_save) { /* whatever happened: it undoes what pre_save did */
        int post = vmsd->post_save(opaque);
        ret = ret ? ret : hook_result(post, vmsd, "post_save", errp);
    }
    return ret;
}

/* ---- Loading ---- */

/* The room of a counted field before loading touches the count: elements, or a buffer's size. */
static int64_t measure_room(const VMStateField *field, const void *opaque)
{
    if (field->flags & VMS_VBUFFER) {
        return vmstate_elem_size(field, opaque);
    }
    if (field->num && !(field->flags & VMS_MULTIPLY_ELEMENTS)) {
        return field->num;
    }
    return vmstate_n_elems(field, opaque);
}

static bool count_fits(QEMUFile *f, const VMStateField *field, int64_t n, int64_t size,
                       int64_t room)
{
    if (n < 0 || size < 0) {
        return false;
    }
    if (field->flags & VMS_ALLOC) {
        int64_t in_stream = field->info && !(field->flags & VMS_ARRAY_OF_POINTER) ? size : 1;

        return n <= (int64_t)qemu_file_left(f) / MAX(in_stream, 1);
    }
    return (field->flags & VMS_VBUFFER ? size : n) <= room;
}

static int load_elem(QEMUFile *f, const VMStateField *field, void *elem, int64_t size, Error **errp)
{
    if (!elem) {
        return qemu_get_byte(f) == NULL_ELEMENT ? 0 : -EINVAL;
    }
    if (field->flags & VMS_VSTRUCT) {
        return vmstate_load_state(f, field->vmsd, elem, field->struct_version_id, errp);
    }
    if (field->flags & VMS_STRUCT) {
        return vmstate_load_state(f, field->vmsd, elem, field->vmsd->version_id, errp);
    }
    return field->info->get(f, elem, size, field);
}

static void allocate(const VMStateField *field, void *opaque, int64_t bytes)
{
    void **place = (void **)((uint8_t *)opaque + field->offset);

    g_free(*place);
    *place = bytes ? g_malloc0(bytes) : NULL;
}

static int load_field(QEMUFile *f, const VMStateDescription *vmsd, const VMStateField *field,
                      void *opaque, int64_t room, Error **errp)
{
    int64_t n = vmstate_n_elems(field, opaque), size = vmstate_elem_size(field, opaque);
    void *first;

    if (vmstate_has_count(field) && !count_fits(f, field, n, size, room)) {
        error_setg(errp,
                   "saved state of '%s', field '%s': %" PRId64 " %s; there is room for %" PRId64,
                   vmsd->name, field->name, field->flags & VMS_VBUFFER ? size : n,
                   field->flags & VMS_VBUFFER ? "bytes" : "elements",
                   field->flags & VMS_ALLOC ? (int64_t)qemu_file_left(f) : room);
        return -EINVAL;
    }
    if (field->flags & VMS_ALLOC) {
        allocate(field, opaque, n * size);
    }
    first = vmstate_first_elem(field, opaque);
    assert(first || !n || !size || (field->flags & VMS_STRUCT));
    for (int64_t i = 0; i < n && size; i++) {
        Error *err = NULL;
        int ret =
            load_elem(f, field, first ? vmstate_elem(field, first, i, size) : NULL, size, &err);

        if (err) {
            error_propagate(errp, err);
            return ret;
        }
        ret = qemu_file_get_error(f) ? qemu_file_get_error(f) : ret;
        if (ret) {
            return field_error(f, vmsd, field, ret, errp);
        }
    }
    return 0;
}

static int load_fields(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id,
                       Error **errp)
{
    g_autoptr(GArray) rooms = g_array_new(false, true, sizeof(int64_t));
    int ret = 0;

    for (const VMStateField *field = vmsd->fields; field && field->flags != VMS_END; field++) {
        int64_t room = vmstate_has_count(field) ? measure_room(field, opaque) : 0;
        g_array_append_val(rooms, room);
    }
    for (unsigned i = 0; i < rooms->len && !ret; i++) {
        const VMStateField *field = &vmsd->fields[i];

        if (vmstate_field_exists(field, opaque, version_id)) {
            ret = load_field(f, vmsd, field, opaque, g_array_index(rooms, int64_t, i), errp);
        } else if (field->flags & VMS_MUST_EXIST) {
            error_setg(errp, "saved state of '%s' is not valid: %s", vmsd->name, field->name);
            ret = -EINVAL;
        }
    }
    return ret;
}

/* The name of the subsection that comes next if it is one of @vmsd's; the caller frees. */
static char *peek_subsection(QEMUFile *f, const VMStateDescription *vmsd)
{
    const uint8_t *head = qemu_file_peek(f, 0, 2);
    const uint8_t *name = head && head[0] == SUBSECTION_MARK ? qemu_file_peek(f, 2, head[1]) : NULL;
    size_t own = strlen(vmsd->name);

    if (!name || head[1] <= own || memcmp(name, vmsd->name, own) || name[own] != '/') {
        return NULL;
    }
    return g_strndup((const char *)name, head[1]);
}

static const VMStateDescription *find_subsection(const VMStateDescription *vmsd, const char *name)
{
    for (const VMStateDescription *const *sub = vmsd->subsections; sub && *sub; sub++) {
        if (!strcmp((*sub)->name, name)) {
            return *sub;
        }
    }
    return NULL;
}

static int load_subsections(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, Error **errp)
{
    char *next;

    while ((next = peek_subsection(f, vmsd))) {
        g_autofree char *name = next;
        const VMStateDescription *sub = find_subsection(vmsd, name);
        int ret;

        if (!sub) {
            error_setg(errp, "saved state of '%s' has a part '%s' that is not known here",
                       vmsd->name, name);
            return -ENOENT;
        }
        qemu_file_skip(f, 2 + strlen(name));
        ret = vmstate_load_state(f, sub, opaque, qemu_get_be32(f), errp);
        if (ret) {
            return ret;
        }
    }
    return 0;
}

static int call_pre_load(const VMStateDescription *vmsd, void *opaque, Error **errp)
{
    if (vmsd->pre_load_errp) {
        return vmsd->pre_load_errp(opaque, errp) ? 0 : -EINVAL;
    }
    return vmsd->pre_load ? hook_result(vmsd->pre_load(opaque), vmsd, "pre_load", errp) : 0;
}

static int call_post_load(const VMStateDescription *vmsd, void *opaque, int version_id,
                          Error **errp)
{
    if (vmsd->post_load_errp) {
        return vmsd->post_load_errp(opaque, version_id, errp) ? 0 : -EINVAL;
    }
    return vmsd->post_load
               ? hook_result(vmsd->post_load(opaque, version_id), vmsd, "post_load", errp)
               : 0;
}

int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id,
                       Error **errp)
{
    int ret;

    if (version_id < vmsd->minimum_version_id || version_id > vmsd->version_id) {
        error_setg(errp,
                   "saved state of '%s' is of version %d; versions %d to %d can be loaded here",
                   vmsd->name, version_id, vmsd->minimum_version_id, vmsd->version_id);
        return -EINVAL;
    }
    ret = call_pre_load(vmsd, opaque, errp);
    ret = ret ? ret : load_fields(f, vmsd, opaque, version_id, errp);
    ret = ret ? ret : load_subsections(f, vmsd, opaque, errp);
    return ret ? ret : call_post_load(vmsd, opaque, version_id, errp);
}
