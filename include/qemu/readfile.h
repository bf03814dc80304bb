/* SPDX-License-Identifier: MIT */
/* Reading a whole file that the user named, with errors that say what it was wanted for. */
#ifndef QEMU_READFILE_H
#define QEMU_READFILE_H

#include "qapi/error.h"

/*
 * Read all of @filename, a file or a pipe, into memory that the caller frees with g_free().
 * @what names its purpose in messages ("kernel"). An empty file and one of more than @max bytes
 * are errors. NULL with *errp set on error; otherwise *len is the number of bytes.
 */
uint8_t *qemu_read_file(const char *what, const char *filename, size_t max, size_t *len,
                        Error **errp);

#endif
