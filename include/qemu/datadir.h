/* SPDX-License-Identifier: MIT */
/* Where firmware and other files that come with an emulator are looked for: -L, then defaults. */
#ifndef QEMU_DATADIR_H
#define QEMU_DATADIR_H

#define QEMU_FILE_TYPE_BIOS   0
#define QEMU_FILE_TYPE_KEYMAP 1 /* below keymaps/ */

/* Search @path too, before the defaults. */
void qemu_add_data_dir(const char *path);
/* The places of an installed emulator, relative to @executable, and the system's. Once. */
void qemu_add_default_firmwarepath(const char *executable);

/* The path of a readable file: @name as it is if it names one, else in the first directory that
 * has it; NULL if none has. The caller frees it with g_free(). */
char *qemu_find_file(int type, const char *name);

/* Print the directories, one a line (-L help). */
void qemu_list_data_dirs(void);

#endif
