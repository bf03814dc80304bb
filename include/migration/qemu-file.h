/* SPDX-License-Identifier: MIT */
/* Making streams of saved state that live in memory. */
#ifndef MIGRATION_QEMU_FILE_H
#define MIGRATION_QEMU_FILE_H

#include "migration/qemu-file-types.h"

/* An empty stream to write to. */
QEMUFile *qemu_file_new_output(void);
/* A stream to read @size bytes at @data from, which must outlive it. */
QEMUFile *qemu_file_new_input(const void *data, size_t size);
void qemu_file_free(QEMUFile *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QEMUFile, qemu_file_free)

/* Output: what was written so far. */
const uint8_t *qemu_file_data(const QEMUFile *f, size_t *size);
/* Output: keep the first @size bytes only. */
void qemu_file_truncate(QEMUFile *f, size_t size);
/* Bytes written or read. */
size_t qemu_file_tell(const QEMUFile *f);
/* Input: bytes left. */
size_t qemu_file_left(const QEMUFile *f);
/* Input: @size bytes from @offset after the position, without moving; NULL if there are fewer. */
const uint8_t *qemu_file_peek(const QEMUFile *f, size_t offset, size_t size);
/* Moves the explanation of the error, if there is one, to *@errp; false without one. */
bool qemu_file_take_error(QEMUFile *f, Error **errp);

#endif
