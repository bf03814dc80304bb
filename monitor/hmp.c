/* SPDX-License-Identifier: MIT */
/* The command interpreter: lookup, dispatch, help, completion, registration. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/keyval.h"

#include "monitor-internal.h"

/* Commands that no table has. Grow only while subsystems start, under the big lock. */
static GArray *extra_commands[2];

GArray *monitor_extra_commands(bool info)
{
    if (!extra_commands[info]) {
        extra_commands[info] = g_array_new(true, true, sizeof(HMPCommand));
    }
    return extra_commands[info];
}

static HMPCommand *find_in(HMPCommand *table, const char *name)
{
    for (; table->name; table++) {
        if (!strcmp(name, table->name) || (table->alias && !strcmp(name, table->alias))) {
            return table;
        }
    }
    return NULL;
}

static HMPCommand *find_command(bool info, const char *name)
{
    HMPCommand *c = find_in(info ? hmp_info_commands : hmp_commands, name);
    return c ? c : find_in((HMPCommand *)monitor_extra_commands(info)->data, name);
}

void monitor_register_hmp_help(const char *name, bool info, const char *params, const char *help,
                               HMPHandler *handler)
{
    HMPCommand *known = find_command(info, name);
    if (known) {
        known->handler = handler;
        return;
    }
    HMPCommand c = { name, NULL, params, help, handler };
    g_array_append_val(monitor_extra_commands(info), c);
}

void monitor_register_hmp(const char *name, bool info, HMPHandler *handler)
{
    monitor_register_hmp_help(name, info, "", "", handler);
}

/* --- names --- */

static void add_names(GPtrArray *names, const HMPCommand *table)
{
    for (; table->name; table++) {
        if (table->handler) {
            g_ptr_array_add(names, (char *)table->name);
        }
    }
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, NULL-terminated; the strings belong to the tables. */
static GPtrArray *command_names(bool info)
{
    GPtrArray *names = g_ptr_array_new();
    add_names(names, info ? hmp_info_commands : hmp_commands);
    add_names(names, (HMPCommand *)monitor_extra_commands(info)->data);
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return names;
}

char **monitor_complete(void *opaque, const char *start)
{
    g_auto(GStrv) words = g_strsplit(start, " ", -1);
    guint n = g_strv_length(words);
    bool info = n > 1 && (!strcmp(words[0], "info") || g_str_has_suffix(start, "help info "));
    bool help = n > 1 && (!strcmp(words[0], "help") || !strcmp(words[0], "?"));

    if (n > 2 || n == 0 || (n == 2 && !info && !help)) {
        return NULL;
    }
    g_autoptr(GPtrArray) names = command_names(info);
    GPtrArray *matching = g_ptr_array_new();
    for (char **name = (char **)names->pdata; *name; name++) {
        if (g_str_has_prefix(*name, words[n - 1])) {
            g_ptr_array_add(matching, g_strdup(*name));
        }
    }
    g_ptr_array_add(matching, NULL);
    return (char **)g_ptr_array_free(matching, false);
}

/* --- running --- */

char *monitor_next_word(const char **args)
{
    const char *start = *args + strspn(*args, " \t");
    size_t len = strcspn(start, " \t");

    if (len == 0) {
        *args = start;
        return NULL;
    }
    *args = start + len;
    *args += strspn(*args, " \t");
    return g_strndup(start, len);
}

bool monitor_handle_error(Monitor *mon, Error *err)
{
    if (!err) {
        return true;
    }
    monitor_printf(mon, "Error: %s\n", error_get_pretty(err));
    error_free(err);
    return false;
}

static void unknown_command(Monitor *mon, bool info, const char *name)
{
    g_autoptr(GPtrArray) names = command_names(info);
    const char *near = nearest_name(name, (const char *const *)names->pdata);
    const char *prefix = info ? "info " : "";

    monitor_printf(mon, "unknown command: '%s%s'", prefix, name);
    if (near) {
        monitor_printf(mon, "; did you mean '%s%s'?\n", prefix, near);
    } else {
        monitor_printf(mon, "; 'help%s%s' lists them\n", info ? " " : "", info ? "info" : "");
    }
}

static void run_command(Monitor *mon, bool info, const char *line)
{
    g_autofree char *head = NULL;
    char *name = head = monitor_next_word(&line);

    if (!name) {
        return;
    }
    /* "x/4xw 0" and "p/x 1": the format may stick to the name. */
    char *slash = strchr(name, '/');
    g_autofree char *with_format = NULL;
    if (slash && slash > name) {
        with_format = g_strdup_printf("%s %s", slash, line);
        *slash = '\0';
        line = with_format;
    }
    const HMPCommand *c = find_command(info, name);
    if (!c) {
        unknown_command(mon, info, name);
    } else if (!c->handler) {
        monitor_printf(mon, "%s%s: nothing to show with this accelerator or machine\n",
                       info ? "info " : "", name);
    } else {
        c->handler(mon, line);
    }
}

void monitor_dispatch(Monitor *mon, const char *line)
{
    run_command(mon, false, line);
}

/* --- help and info --- */

static void print_command(Monitor *mon, bool info, const HMPCommand *c)
{
    monitor_printf(mon, "%s%s%s%s%s%s -- %s\n", info ? "info " : "", c->name, c->alias ? "|" : "",
                   c->alias ? c->alias : "", *c->params ? " " : "", c->params, c->help);
}

static void print_commands(Monitor *mon, bool info)
{
    g_autoptr(GPtrArray) names = command_names(info);
    for (char **name = (char **)names->pdata; *name; name++) {
        print_command(mon, info, find_command(info, *name));
    }
}

void hmp_help(Monitor *mon, const char *args)
{
    g_autofree char *name = monitor_next_word(&args);
    g_autofree char *sub = monitor_next_word(&args);
    bool info = name && !strcmp(name, "info");

    if (!name) {
        print_commands(mon, false);
        return;
    }
    if (info && !sub) {
        print_commands(mon, true);
        return;
    }
    const HMPCommand *c = find_command(info, info ? sub : name);
    if (c) {
        print_command(mon, info, c);
    } else {
        unknown_command(mon, info, info ? sub : name);
    }
}

void hmp_info(Monitor *mon, const char *args)
{
    if (*args) {
        run_command(mon, true, args);
    } else {
        print_commands(mon, true);
    }
}
