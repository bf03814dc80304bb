/* SPDX-License-Identifier: MIT */
/*
 * -readconfig: options from a file, a section each:
 *
 *     # comment
 *     [device "net0"]
 *       driver = "virtio-net-device"
 *       mac = "52:54:00:12:34:56"
 *
 * A section becomes the argument of the option of its name ("driver=…,mac=…,id=net0") and goes
 * through that option's handler, so that both ways in check the same things. The file may come from
 * anywhere: lines and the number of them are bounded, and a NUL ends the reading with an error.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/readfile.h"

#include "launch.h"

#define MAX_CONFIG_SIZE (1 << 20)

/* What the id in the header becomes; NULL: the section has none. */
typedef struct Section {
    const char *name;
    OptionHandler *handler;
    const char *id_key;
} Section;

static const Section sections[] = {
    { "accel", opt_accel, NULL },
    { "action", opt_action, NULL },
    { "chardev", opt_chardev, "id" },
    { "device", opt_device, "id" },
    { "drive", opt_drive, "id" },
    { "fw_cfg", opt_fw_cfg, "name" },
    { "global", opt_global, NULL },
    { "machine", opt_machine, NULL },
    { "memory", opt_memory, NULL },
    { "mon", opt_mon, "id" },
    { "name", opt_name, NULL },
    { "object", opt_object, "id" },
    { "rtc", opt_rtc, NULL },
    { "run-with", opt_run_with, NULL },
    { "semihosting-config", opt_semihosting_config, NULL },
    { "smp-opts", opt_smp, NULL },
};

typedef struct Reader {
    Launch *l;
    const char *path;
    int line;

    const Section *section; /* NULL: before the first */
    int section_line;
    GString *arg; /* what it has so far */
} Reader;

static void add_pair(GString *arg, const char *key, const char *value)
{
    g_string_append_printf(arg, "%s%s=", arg->len ? "," : "", key);
    for (; *value; value++) {
        g_string_append(arg, *value == ',' ? ",," : (char[]){ *value, '\0' });
    }
}

static bool end_section(Reader *r, Error **errp)
{
    ERRP_GUARD();

    if (r->section && !r->section->handler(r->l, r->arg->str, errp)) {
        error_prepend(errp, "%s:%d: section '%s': ", r->path, r->section_line, r->section->name);
        return false;
    }
    r->section = NULL;
    g_string_truncate(r->arg, 0);
    return true;
}

static const Section *find_section(Reader *r, const char *name, Error **errp)
{
    const char *names[ARRAY_SIZE(sections) + 1] = { NULL };

    for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
        if (!strcmp(sections[i].name, name)) {
            return &sections[i];
        }
        names[i] = sections[i].name;
    }
    g_autofree char *hint = did_you_mean(name, names);
    g_autofree char *list = g_strjoinv(", ", (char **)names);
    error_setg(errp, "%s:%d: unknown section '%s'%s%s", r->path, r->line, name,
               *hint ? hint : "; there are: ", *hint ? "" : list);
    return NULL;
}

/* @text is what follows '[': NAME] or NAME "ID"] */
static bool read_header(Reader *r, char *text, Error **errp)
{
    char *end = strrchr(text, ']');
    char *quote = strchr(text, '"');
    char *id = NULL;

    if (!end_section(r, errp)) {
        return false;
    }
    if (end && !end[1]) {
        *end = '\0';
        if (quote && end > quote + 1 && end[-1] == '"') {
            end[-1] = '\0';
            *quote = '\0';
            id = quote + 1;
        }
        g_strstrip(text);
    }
    if (!end || end[1] || !*text || (quote && !id)) {
        error_setg(errp, "%s:%d: expected [section] or [section \"id\"]", r->path, r->line);
        return false;
    }
    const Section *section = find_section(r, text, errp);
    if (!section) {
        return false;
    }
    if (id && !section->id_key) {
        error_setg(errp, "%s:%d: section '%s' has no id", r->path, r->line, text);
        return false;
    }
    r->section = section;
    r->section_line = r->line;
    if (id) {
        add_pair(r->arg, section->id_key, id);
    }
    return true;
}

/* key = "value" */
static bool read_pair(Reader *r, char *text, Error **errp)
{
    char *equals = strchr(text, '=');

    if (equals) {
        *equals = '\0';
        char *key = g_strstrip(text), *value = g_strstrip(equals + 1);
        size_t n = strlen(value);
        if (*key && n >= 2 && value[0] == '"' && value[n - 1] == '"' && !strpbrk(key, ",= \t")) {
            value[n - 1] = '\0';
            if (!r->section) {
                error_setg(errp, "%s:%d: '%s' stands before any [section]", r->path, r->line, key);
                return false;
            }
            add_pair(r->arg, key, value + 1);
            return true;
        }
    }
    error_setg(errp, "%s:%d: expected key = \"value\"", r->path, r->line);
    return false;
}

static bool read_line(Reader *r, char *text, Error **errp)
{
    g_strstrip(text);
    if (!*text || *text == '#') {
        return true;
    }
    return *text == '[' ? read_header(r, text + 1, errp) : read_pair(r, text, errp);
}

static bool read_lines(Reader *r, char *text, Error **errp)
{
    char *rest = text;

    while (rest && !r->l->done) {
        char *line = rest;
        rest = strchr(line, '\n');
        if (rest) {
            *rest++ = '\0';
        }
        r->line++;
        if (!read_line(r, line, errp)) {
            return false;
        }
    }
    return end_section(r, errp);
}

bool opt_readconfig(Launch *l, const char *arg, Error **errp)
{
    size_t len;
    g_autofree uint8_t *data = qemu_read_file("configuration", arg, MAX_CONFIG_SIZE, &len, errp);

    if (!data) {
        return false;
    }
    if (memchr(data, '\0', len)) {
        error_setg(errp, "this is not a text file");
        return false;
    }
    g_autofree char *text = g_strndup((char *)data, len);
    g_autoptr(GString) section = g_string_new(NULL);
    Reader r = { .l = l, .path = arg, .arg = section };
    return read_lines(&r, text, errp);
}
