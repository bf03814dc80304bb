/* SPDX-License-Identifier: MIT */
/*
 * The tables of an ITS in guest memory (ARM IHI 0069, 5.2 and 12.19.1).
 *
 * The guest gives memory for a table of devices and one of collections (GITS_BASER<n>), flat or in
 * two levels, and for a table of events a device (by MAPD). Level 1 entries are the manual's; the
 * others are ours:
 *
 *     device      0 valid, 5:1 bits of an event number less one, 49:6 address bits 51:8
 *     collection  0 valid, 16:1 processor number
 *     event       0 valid, 16:1 INTID, 32:17 collection; 4 more bytes are not used (GICv4's would
 *                 have a doorbell there; the size is that of QEMU's entries)
 *
 * Nothing is kept: an entry is read when it is needed, by at most two accesses, so what the guest
 * does to its tables can change what it gets and nothing else. Only RAM is accessed.
 */
#include "qemu/osdep.h"

#include "gicv3_its_internal.h"
#include "qemu/bitops.h"
#include "system/memory.h"

static const MemTxAttrs ram_only = { .memory = 1 };

enum { LEVEL1_SIZE = 8 };

#define BASER_VALID    (1ull << 63)
#define BASER_INDIRECT (1ull << 62)
#define LEVEL1_VALID   (1ull << 63)
#define LEVEL1_ADDRESS 0x000ffffffffff000ull

static uint64_t load64(const GICv3ITSState *s, hwaddr addr, MemTxResult *result)
{
    return address_space_ldq_le(s->gic->dma_as, addr, ram_only, result);
}

static ITSError store64(const GICv3ITSState *s, hwaddr addr, uint64_t value)
{
    MemTxResult result;

    address_space_stq_le(s->gic->dma_as, addr, value, ram_only, &result);
    return result == MEMTX_OK ? ITS_OK : ITS_MEMORY;
}

/* Tables of GITS_BASER<n> ---------------------------------------------------------------------- */

static unsigned page_size(uint64_t baser)
{
    static const unsigned size[] = { 4096, 16384, 65536, 65536 }; /* the last is reserved */

    return size[baser >> 8 & 3];
}

/* With pages of 64 KiB, bits 15:12 are bits 51:48 of the address. */
static hwaddr base_address(uint64_t baser)
{
    if (page_size(baser) == 65536) {
        return (baser & 0x0000ffffffff0000ull) | (baser & 0xf000) << 36;
    }
    return baser & 0x0000ffffffffffffull & ~(uint64_t)(page_size(baser) - 1);
}

typedef enum Place { PLACE_NONE, PLACE_FOUND, PLACE_UNMAPPED, PLACE_MEMORY } Place;

/* Where entry @index of table @n is. UNMAPPED: its level 1 entry is not valid. */
static Place find_entry(const GICv3ITSState *s, unsigned n, uint32_t index, hwaddr *addr)
{
    uint64_t baser = s->baser[n], level1;
    uint32_t page = page_size(baser), total = ((baser & 0xff) + 1) * page;
    uint32_t per_page = page / ITS_ENTRY_SIZE,
             bits = n == ITS_DEVICES ? ITS_DEVICE_BITS : ITS_COLLECTION_BITS;
    MemTxResult result;

    if (!(baser & BASER_VALID) || index >> bits) {
        return PLACE_NONE;
    }
    if (!(baser & BASER_INDIRECT)) {
        *addr = base_address(baser) + (hwaddr)index * ITS_ENTRY_SIZE;
        return index < total / ITS_ENTRY_SIZE ? PLACE_FOUND : PLACE_NONE;
    }
    if (index / per_page >= total / LEVEL1_SIZE) {
        return PLACE_NONE;
    }
    level1 = load64(s, base_address(baser) + (hwaddr)(index / per_page) * LEVEL1_SIZE, &result);
    if (result != MEMTX_OK) {
        return PLACE_MEMORY;
    }
    *addr = (level1 & LEVEL1_ADDRESS & ~(uint64_t)(page - 1)) + index % per_page * ITS_ENTRY_SIZE;
    return level1 & LEVEL1_VALID ? PLACE_FOUND : PLACE_UNMAPPED;
}

static ITSError get_entry(const GICv3ITSState *s, unsigned n, uint32_t index, uint64_t *entry)
{
    MemTxResult result = MEMTX_OK;
    hwaddr addr;
    Place place = find_entry(s, n, index, &addr);

    *entry = place == PLACE_FOUND ? load64(s, addr, &result) : 0;
    if (place == PLACE_NONE) {
        return n == ITS_DEVICES ? ITS_DEVICE_OOR : ITS_COLLECTION_OOR;
    }
    return place == PLACE_MEMORY || result != MEMTX_OK ? ITS_MEMORY : ITS_OK;
}

/* A page that is not there has no room (5.3.11, 5.3.12). */
static ITSError put_entry(GICv3ITSState *s, unsigned n, uint32_t index, uint64_t entry)
{
    hwaddr addr;
    Place place = find_entry(s, n, index, &addr);

    if (place == PLACE_FOUND) {
        return store64(s, addr, entry);
    }
    return place == PLACE_MEMORY ? ITS_MEMORY
           : n == ITS_DEVICES    ? ITS_DEVICE_OOR
                                 : ITS_COLLECTION_OOR;
}

/* Devices -------------------------------------------------------------------------------------- */

ITSError its_get_device(const GICv3ITSState *s, uint32_t device, ITSDevice *d)
{
    uint64_t entry;
    ITSError error = get_entry(s, ITS_DEVICES, device, &entry);

    *d = (ITSDevice){
        .valid = entry & 1,
        .event_bits = extract64(entry, 1, 5) + 1,
        .itt = extract64(entry, 6, 44) << 8,
    };
    return error || d->valid ? error : ITS_UNMAPPED_DEVICE;
}

ITSError its_put_device(GICv3ITSState *s, uint32_t device, const ITSDevice *d)
{
    uint64_t entry = 1 | (uint64_t)(d->event_bits - 1) << 1 | d->itt >> 8 << 6;

    return put_entry(s, ITS_DEVICES, device, d->valid ? entry : 0);
}

/* Events --------------------------------------------------------------------------------------- */

static ITSError find_event(const ITSDevice *d, uint32_t event, hwaddr *addr)
{
    *addr = d->itt + (hwaddr)event * ITT_ENTRY_SIZE;
    return (uint64_t)event >> MIN(d->event_bits, (unsigned)ITS_EVENT_BITS) ? ITS_ID_OOR : ITS_OK;
}

ITSError its_get_event(const GICv3ITSState *s, const ITSDevice *d, uint32_t event, ITSEvent *e)
{
    MemTxResult result;
    uint64_t entry;
    hwaddr addr;
    ITSError error = find_event(d, event, &addr);

    if (error) {
        return error;
    }
    entry = load64(s, addr, &result);
    *e = (ITSEvent){
        .valid = entry & 1,
        .intid = extract64(entry, 1, 16),
        .collection = extract64(entry, 17, 16),
    };
    if (result != MEMTX_OK) {
        return ITS_MEMORY;
    }
    return e->valid ? ITS_OK : ITS_UNMAPPED_INTERRUPT;
}

ITSError its_put_event(GICv3ITSState *s, const ITSDevice *d, uint32_t event, const ITSEvent *e)
{
    uint64_t entry = 1 | (uint64_t)e->intid << 1 | (uint64_t)e->collection << 17;
    hwaddr addr;
    ITSError error = find_event(d, event, &addr);

    return error ? error : store64(s, addr, e->valid ? entry : 0);
}

/* Collections ---------------------------------------------------------------------------------- */

ITSError its_get_collection(const GICv3ITSState *s, uint32_t collection, GICv3CPUState **c)
{
    uint64_t entry;
    ITSError error = get_entry(s, ITS_COLLECTIONS, collection, &entry);
    unsigned cpu = extract64(entry, 1, 16);

    if (error) {
        return error;
    }
    if (!(entry & 1) || cpu >= s->gic->num_cpu) {
        return ITS_UNMAPPED_COLLECTION;
    }
    *c = &s->gic->cpu[cpu];
    return ITS_OK;
}

ITSError its_put_collection(GICv3ITSState *s, uint32_t collection, const GICv3CPUState *c)
{
    return put_entry(s, ITS_COLLECTIONS, collection, c ? 1 | (uint64_t)c->index << 1 : 0);
}

ITSError its_check_collection(const GICv3ITSState *s, uint32_t collection)
{
    hwaddr addr;

    switch (find_entry(s, ITS_COLLECTIONS, collection, &addr)) {
    case PLACE_NONE:
        return ITS_COLLECTION_OOR;
    case PLACE_MEMORY:
        return ITS_MEMORY;
    default:
        return ITS_OK;
    }
}

ITSError its_translate(const GICv3ITSState *s, uint32_t device, uint32_t event, ITSEvent *e,
                       GICv3CPUState **c)
{
    ITSDevice d;
    ITSError error = its_get_device(s, device, &d);

    if (!error) {
        error = its_get_event(s, &d, event, e);
    }
    return error ? error : its_get_collection(s, e->collection, c);
}
