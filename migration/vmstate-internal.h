/* SPDX-License-Identifier: MIT */
/* The shape of a field in memory, for those who walk the tables. */
#ifndef MIGRATION_VMSTATE_INTERNAL_H
#define MIGRATION_VMSTATE_INTERNAL_H

#include "migration/vmstate.h"

/* The number of elements and the size of one (of a bitmap: in bits); may be negative if a count
 * that was loaded is nonsense. */
int64_t vmstate_n_elems(const VMStateField *field, const void *opaque);
int64_t vmstate_elem_size(const VMStateField *field, const void *opaque);
/* The start of the elements; element @i, NULL if it is an empty pointer. */
void *vmstate_first_elem(const VMStateField *field, void *opaque);
void *vmstate_elem(const VMStateField *field, void *first, int64_t i, int64_t size);
bool vmstate_field_exists(const VMStateField *field, void *opaque, int version_id);
/* Another field tells how many elements, or bytes, there are. */
bool vmstate_has_count(const VMStateField *field);

#endif
