/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include <unistd.h>

#include "qemu/datadir.h"

static GPtrArray *dirs; /* of char, first choice first; made by the command line */

void qemu_add_data_dir(const char *path)
{
    if (!dirs) {
        dirs = g_ptr_array_new_with_free_func(g_free);
    }
    for (guint n = 0; n < dirs->len; n++) {
        if (strcmp(g_ptr_array_index(dirs, n), path) == 0) {
            return;
        }
    }
    g_ptr_array_add(dirs, g_strdup(path));
}

void qemu_add_default_firmwarepath(const char *executable)
{
    g_autofree char *real = realpath("/proc/self/exe", NULL);
    g_autofree char *bin = g_path_get_dirname(real ? real : executable);
    g_autofree char *prefix = g_path_get_dirname(bin);
    g_autofree char *share = g_build_filename(prefix, "share", "quern", NULL);

    qemu_add_data_dir(share);
    qemu_add_data_dir("/usr/local/share/qemu");
    qemu_add_data_dir("/usr/share/qemu");
}

static bool readable(const char *path)
{
    return access(path, R_OK) == 0;
}

char *qemu_find_file(int type, const char *name)
{
    if (readable(name)) {
        return g_strdup(name);
    }
    for (guint n = 0; dirs && n < dirs->len; n++) {
        g_autofree char *path = g_build_filename(
            g_ptr_array_index(dirs, n), type == QEMU_FILE_TYPE_KEYMAP ? "keymaps" : "", name, NULL);

        if (readable(path)) {
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

void qemu_list_data_dirs(void)
{
    for (guint n = 0; dirs && n < dirs->len; n++) {
        printf("%s\n", (char *)g_ptr_array_index(dirs, n));
    }
}
