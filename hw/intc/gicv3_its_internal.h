/* SPDX-License-Identifier: MIT */
/* What the parts of the emulated ITS share: its state, its tables, its commands. */
#ifndef HW_INTC_GICV3_ITS_INTERNAL_H
#define HW_INTC_GICV3_ITS_INTERNAL_H

#include "gicv3_internal.h"
#include "hw/intc/arm_gicv3_its.h"

OBJECT_DECLARE_SIMPLE_TYPE(GICv3ITSState, ARM_GICV3_ITS)

enum { ITS_DEVICES, ITS_COLLECTIONS, ITS_NTABLES }; /* by number of GITS_BASER<n> */

/* What GITS_TYPER says */
enum {
    ITS_DEVICE_BITS = 16,
    ITS_EVENT_BITS = 16,
    ITS_COLLECTION_BITS = 16,
    ITS_ENTRY_SIZE = 8, /* of device and collection tables */
    ITT_ENTRY_SIZE = 12,
};

enum { GITS_CTLR_ENABLED = 1u << 0, GITS_CTLR_QUIESCENT = 1u << 31 }; /* 12.19.5 */

enum { ITS_COMMAND_SIZE = 32 };

/* Everything is protected by the BQL. */
struct GICv3ITSState {
    SysBusDevice parent_obj;

    MemoryRegion iomem, control, translation;
    GICv3State *gic; /* property */

    uint32_t ctlr;
    uint64_t cbaser, cwriter, creadr;
    uint64_t baser[ITS_NTABLES];
};

/* Why a command or a message has no effect. The names are the manual's (IHI 0069, 5.3). */
typedef enum ITSError {
    ITS_OK,
    ITS_DEVICE_OOR,
    ITS_ITTSIZE_OOR,
    ITS_UNMAPPED_DEVICE,
    ITS_ID_OOR,
    ITS_UNMAPPED_INTERRUPT,
    ITS_PHYSICALID_OOR,
    ITS_COLLECTION_OOR,
    ITS_UNMAPPED_COLLECTION,
    ITS_PROCNUM_OOR,
    ITS_UNKNOWN_COMMAND,
    ITS_MEMORY, /* a table can not be reached: the queue stalls */
} ITSError;

const char *its_error_name(ITSError error);

/* A device's interrupt translation table. */
typedef struct ITSDevice {
    bool valid;
    unsigned event_bits; /* 1 to 32; the table has an entry for each event of so many bits */
    hwaddr itt;
} ITSDevice;

/* An entry of that: what an event is. */
typedef struct ITSEvent {
    bool valid;
    uint16_t intid;
    uint16_t collection;
} ITSEvent;

/*
 * Tables (arm_gicv3_its_tables.c). Each looks at guest memory anew; ITS_OK, or DEVICE_OOR and
 * COLLECTION_OOR for numbers that the table has no room for, UNMAPPED_... for invalid entries,
 * ITS_MEMORY.
 */
ITSError its_get_device(const GICv3ITSState *s, uint32_t device, ITSDevice *d);
ITSError its_put_device(GICv3ITSState *s, uint32_t device, const ITSDevice *d);
/* Of a device's table; ID_OOR if that is too small. */
ITSError its_get_event(const GICv3ITSState *s, const ITSDevice *d, uint32_t event, ITSEvent *e);
ITSError its_put_event(GICv3ITSState *s, const ITSDevice *d, uint32_t event, const ITSEvent *e);
/* The redistributor that a collection is at. */
ITSError its_get_collection(const GICv3ITSState *s, uint32_t collection, GICv3CPUState **c);
/* NULL: make it invalid. */
ITSError its_put_collection(GICv3ITSState *s, uint32_t collection, const GICv3CPUState *c);
ITSError its_check_collection(const GICv3ITSState *s, uint32_t collection);
/* Where an event of a device goes. */
ITSError its_translate(const GICv3ITSState *s, uint32_t device, uint32_t event, ITSEvent *e,
                       GICv3CPUState **c);

/* Commands (arm_gicv3_its_cmd.c): execute what the queue has until it is empty or stalls. */
void its_run_commands(GICv3ITSState *s);

/* GITS_CBASER, GITS_CWRITER, GITS_CREADR (12.19.2 to 12.19.4) */
#define GITS_CBASER_VALID    (1ull << 63)
#define GITS_CBASER_ADDRESS  0x000ffffffffff000ull
#define GITS_CBASER_WRITABLE 0xb8effffffffffcffull
#define GITS_CREADR_STALLED  (1ull << 0)
#define GITS_CWRITER_RETRY   (1ull << 0)
#define GITS_COMMAND_OFFSET  0xfffe0ull

/* Bytes of the command queue: a number of 4 KiB pages. */
static inline uint32_t its_queue_size(const GICv3ITSState *s)
{
    return ((s->cbaser & 0xff) + 1) * 4096;
}

#endif
