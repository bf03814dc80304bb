/* SPDX-License-Identifier: MIT */
/*
 * Character device core: the object, its life, and the calls a back end makes.
 *
 * Back ends are children of the container /chardevs, named by label. The order of creation, which
 * `info chardev` shows, is the order of the container's children.
 */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "chardev/char.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/id.h"
#include "qemu/module.h"

#include "char-internal.h"

static const char *const common_params[] = { "backend", "id", "mux", "logfile", "logappend", NULL };

/* Set before the first back end exists and only read afterwards. */
static ChardevHostActions host_actions;

void qemu_chr_set_host_actions(const ChardevHostActions *actions)
{
    host_actions = *actions;
}

const ChardevHostActions *qemu_chr_host_actions(void)
{
    return &host_actions;
}

static Object *chardevs_root(void)
{
    return object_get_container("chardevs");
}

/* --- output --- */

/* Copy what the back end took into the log file; a full disk must not stop the line. */
static void write_log_locked(Chardev *chr, const uint8_t *buf, size_t len)
{
    while (chr->logfd >= 0 && len > 0) {
        ssize_t n = write(chr->logfd, buf, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return;
        }
        buf += n;
        len -= n;
    }
}

static void wait_writable_locked(Chardev *chr)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(chr);
    if (cc->chr_wait_writable) {
        cc->chr_wait_writable(chr);
    } else {
        g_usleep(1000);
    }
}

/* The process is to end: a host end that takes nothing must not hold it. */
static bool must_not_wait(void)
{
    return host_actions.interrupted && host_actions.interrupted();
}

int qemu_chr_write(Chardev *chr, const uint8_t *buf, int len, bool write_all)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(chr);
    int done = 0;
    int result = 0;

    qemu_mutex_lock(&chr->chr_write_lock);
    while (done < len) {
        result = cc->chr_write ? cc->chr_write(chr, buf + done, len - done) : len - done;
        if (result > 0) {
            write_log_locked(chr, buf + done, result);
            done += result;
        } else if (result < 0 && errno == EINTR) {
            continue;
        } else if (write_all && (result == 0 || errno == EAGAIN)) {
            if (must_not_wait()) {
                result = -1;
                errno = EINTR;
                break;
            }
            wait_writable_locked(chr);
            continue;
        }
        if (!write_all || result < 0) {
            break;
        }
    }
    if (result < 0 && errno != EAGAIN) {
        /* Nobody will take the rest; the log is all that keeps it. */
        int error = errno;
        write_log_locked(chr, buf + done, len - done);
        errno = error;
    }
    int saved_errno = errno;
    qemu_mutex_unlock(&chr->chr_write_lock);
    errno = saved_errno;
    return result < 0 && done == 0 ? -1 : done;
}

/* --- input and events --- */

int qemu_chr_be_can_write(Chardev *chr)
{
    CharFrontend *fe = chr->fe;
    if (!fe || !fe->chr_can_read || !fe->chr_read) {
        return 0;
    }
    return MAX(fe->chr_can_read(fe->opaque), 0);
}

void qemu_chr_be_write(Chardev *chr, const uint8_t *buf, int len)
{
    CharFrontend *fe = chr->fe;
    if (fe && fe->chr_read && len > 0) {
        fe->chr_read(fe->opaque, buf, len);
    }
}

void qemu_chr_be_event(Chardev *chr, QEMUChrEvent event)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(chr);

    if (event == CHR_EVENT_OPENED) {
        chr->be_open = true;
    } else if (event == CHR_EVENT_CLOSED) {
        chr->be_open = false;
    }
    if (cc->chr_be_event) {
        cc->chr_be_event(chr, event);
    } else if (chr->fe && chr->fe->chr_event) {
        chr->fe->chr_event(chr->fe->opaque, event);
    }
}

void qemu_chr_set_filename(Chardev *chr, char *name)
{
    g_free(chr->filename);
    chr->filename = name;
}

/* --- the table of back ends --- */

typedef struct ForeachCall {
    void (*fn)(Chardev *chr, void *opaque);
    void *opaque;
} ForeachCall;

static int foreach_child(Object *child, void *opaque)
{
    ForeachCall *call = opaque;
    Chardev *chr = (Chardev *)object_dynamic_cast(child, TYPE_CHARDEV);
    if (chr) {
        call->fn(chr, call->opaque);
    }
    return 0;
}

void qemu_chr_foreach(void (*fn)(Chardev *chr, void *opaque), void *opaque)
{
    ForeachCall call = { fn, opaque };
    object_child_foreach(chardevs_root(), foreach_child, &call);
}

typedef struct FindCall {
    const char *label;
    Chardev *found;
} FindCall;

static void match_label(Chardev *chr, void *opaque)
{
    FindCall *call = opaque;
    if (chr->label && !strcmp(chr->label, call->label)) {
        call->found = chr;
    }
}

Chardev *qemu_chr_find(const char *label)
{
    FindCall call = { label, NULL };
    qemu_chr_foreach(match_label, &call);
    return call.found;
}

static void collect_chardev(Chardev *chr, void *opaque)
{
    g_ptr_array_add(opaque, chr);
}

void qemu_chr_cleanup(void)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    qemu_chr_foreach(collect_chardev, all);
    /* A mux was made after the back end it sits on: go backwards. */
    for (guint i = all->len; i-- > 0;) {
        object_unparent(OBJECT(g_ptr_array_index(all, i)));
    }
}

/* --- creation --- */

static void collect_backend_name(ObjectClass *klass, void *opaque)
{
    const char *type = object_class_get_name(klass);
    if (!CHARDEV_CLASS(klass)->internal && g_str_has_prefix(type, "chardev-")) {
        g_ptr_array_add(opaque, (char *)type + strlen("chardev-"));
    }
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted and NULL-terminated; the strings belong to the types. */
static GPtrArray *backend_names(void)
{
    GPtrArray *names = g_ptr_array_new();
    object_class_foreach(collect_backend_name, TYPE_CHARDEV, false, names);
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return names;
}

void qemu_chr_print_help(void)
{
    g_autoptr(GPtrArray) names = backend_names();
    printf("Available chardev backend types:\n");
    for (char **name = (char **)names->pdata; *name; name++) {
        printf("  %s\n", *name);
    }
}

/* Back ends that people know from QEMU; the message should not call them unknown. */
static const char *const planned_backends[] = { "udp",      "vc",        "parallel", "hub",
                                                "spicevmc", "spiceport", "dbus",     "braille",
                                                "msmouse",  NULL };

/* Older names of back ends. */
static const char *canonical_backend(const char *backend)
{
    return !strcmp(backend, "memory") ? "ringbuf" : !strcmp(backend, "tty") ? "serial" : backend;
}

ChardevClass *chardev_lookup_backend(const char *backend, Error **errp)
{
    g_autofree char *type = g_strdup_printf("chardev-%s", canonical_backend(backend));
    ObjectClass *klass = object_class_by_name(type);

    if (klass && object_class_dynamic_cast(klass, TYPE_CHARDEV) &&
        !object_class_is_abstract(klass)) {
        return CHARDEV_CLASS(klass);
    }
    g_autoptr(GPtrArray) names = backend_names();
    g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
    if (g_strv_contains(planned_backends, backend)) {
        error_setg(errp, "character device backend '%s' is not supported yet; there are: %s",
                   backend, list);
        return NULL;
    }
    g_autofree char *hint = did_you_mean(backend, (const char *const *)names->pdata);
    error_setg(errp, "unknown character device backend '%s'%s%s", backend,
               *hint ? hint : "; there are: ", *hint ? "" : list);
    return NULL;
}

static bool check_params(const KeyVal *opts, const char *backend, ChardevClass *cc, Error **errp)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    g_autofree char *what = g_strdup_printf("character device backend '%s'", backend);

    for (const char *const *p = common_params; *p; p++) {
        g_ptr_array_add(known, (char *)*p);
    }
    for (const char *const *p = cc->params; p && *p; p++) {
        g_ptr_array_add(known, (char *)*p);
    }
    g_ptr_array_add(known, NULL);
    return keyval_check_keys(opts, (const char *const *)known->pdata, what, errp);
}

static bool valid_label(const char *label, Error **errp)
{
    if (!id_check(label, errp)) {
        return false;
    }
    if (qemu_chr_find(label)) {
        error_setg(errp, "there is already a character device with id '%s'", label);
        return false;
    }
    return true;
}

static bool open_log(Chardev *chr, const KeyVal *opts, Error **errp)
{
    const char *path = keyval_get(opts, "logfile");
    bool append = false;

    if (!keyval_get_bool(opts, "logappend", &append, errp)) {
        return false;
    }
    if (!path) {
        return true;
    }
    chr->logfd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
    if (chr->logfd < 0) {
        error_setg_errno(errp, errno, "can not open log file '%s'", path);
        return false;
    }
    return true;
}

static Chardev *chardev_create(const char *label, ChardevClass *cc, const KeyVal *opts,
                               Error **errp)
{
    const char *type = object_class_get_name(OBJECT_CLASS(cc));
    Chardev *chr = CHARDEV(object_new(type));

    chr->label = g_strdup(label);
    if (!open_log(chr, opts, errp) || (cc->chr_open && !cc->chr_open(chr, opts, errp))) {
        object_unref(OBJECT(chr));
        return NULL;
    }
    if (!chr->filename) {
        chr->filename = g_strdup(type + strlen("chardev-"));
    }
    object_property_add_child(chardevs_root(), label, OBJECT(chr));
    object_unref(OBJECT(chr));
    if (!cc->opens_later) {
        qemu_chr_be_event(chr, CHR_EVENT_OPENED);
    }
    return chr;
}

/* Put a mux called @label on the back end "@label-base". */
static Chardev *create_with_mux(const char *label, ChardevClass *cc, const KeyVal *opts,
                                Error **errp)
{
    g_autofree char *base = g_strdup_printf("%s-base", label);
    g_autoptr(KeyVal) mux_opts = keyval_new();
    ChardevClass *mux = CHARDEV_CLASS(object_class_by_name(TYPE_CHARDEV_MUX));
    Chardev *chr;

    if (!valid_label(base, errp) || !(chr = chardev_create(base, cc, opts, errp))) {
        return NULL;
    }
    keyval_set(mux_opts, "chardev", base);
    Chardev *top = chardev_create(label, mux, mux_opts, errp);
    if (!top) {
        object_unparent(OBJECT(chr));
    }
    return top;
}

Chardev *qemu_chr_new_from_opts(const KeyVal *opts, Error **errp)
{
    const char *backend = keyval_get(opts, "backend");
    const char *label = keyval_get(opts, "id");
    bool mux = false;
    ChardevClass *cc;

    if (!backend) {
        error_setg(errp, "a character device needs a backend, as in 'stdio,id=NAME'");
        return NULL;
    }
    if (!(cc = chardev_lookup_backend(backend, errp)) || !check_params(opts, backend, cc, errp)) {
        return NULL;
    }
    if (!label) {
        error_setg(errp, "character device '%s' needs an id, as in '%s,id=NAME'", backend, backend);
        return NULL;
    }
    if (!valid_label(label, errp) || !keyval_get_bool(opts, "mux", &mux, errp)) {
        return NULL;
    }
    return mux ? create_with_mux(label, cc, opts, errp) : chardev_create(label, cc, opts, errp);
}

/* --- type --- */

static void chardev_instance_init(Object *obj)
{
    Chardev *chr = CHARDEV(obj);
    chr->logfd = -1;
    qemu_mutex_init(&chr->chr_write_lock);
}

static void chardev_finalize(Object *obj)
{
    Chardev *chr = CHARDEV(obj);
    if (chr->fe) {
        chr->fe->chr = NULL;
    }
    if (chr->logfd >= 0) {
        close(chr->logfd);
    }
    g_free(chr->filename);
    g_free(chr->label);
    qemu_mutex_destroy(&chr->chr_write_lock);
}

static const TypeInfo chardev_type = {
    .name = TYPE_CHARDEV,
    .parent = TYPE_OBJECT,
    .abstract = true,
    .instance_size = sizeof(Chardev),
    .instance_init = chardev_instance_init,
    .instance_finalize = chardev_finalize,
    .class_size = sizeof(ChardevClass),
};

static void chardev_register_types(void)
{
    type_register_static(&chardev_type);
}

type_init(chardev_register_types)
