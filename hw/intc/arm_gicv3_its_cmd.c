/* SPDX-License-Identifier: MIT */
/*
 * The commands of an ITS (ARM IHI 0069, 5.3).
 *
 * A write of GITS_CWRITER executes what the queue holds at once; GITS_CREADR has caught up when the
 * write is done. A command that is wrong is logged, has no effect, and the next one follows
 * (GITS_TYPER.SEIS is zero: nobody is told). If memory fails the queue stalls at that command until
 * the guest retries. SYNC has nothing to wait for.
 *
 * Bounds: a queue has at most 32768 commands, each of which costs a few accesses to guest memory;
 * searches for the best LPI are put off to the end.
 */
#include "qemu/osdep.h"

#include "gicv3_its_internal.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "system/memory.h"

/* Four doublewords; fields have the same place in all commands that have them. */
typedef struct Command {
    uint64_t dw[4];
} Command;

static uint32_t device_id(const Command *cmd)
{
    return cmd->dw[0] >> 32;
}

static uint32_t event_id(const Command *cmd)
{
    return cmd->dw[1];
}

static uint32_t collection_id(const Command *cmd)
{
    return cmd->dw[2] & 0xffff;
}

static bool valid_bit(const Command *cmd)
{
    return cmd->dw[2] >> 63;
}

/* RDbase in doubleword @n: a processor number, as GITS_TYPER.PTA is zero. */
static ITSError redistributor(GICv3ITSState *s, const Command *cmd, unsigned n, GICv3CPUState **c)
{
    uint64_t number = extract64(cmd->dw[n], 16, 36);

    if (number >= s->gic->num_cpu) {
        return ITS_PROCNUM_OOR;
    }
    *c = &s->gic->cpu[number];
    return ITS_OK;
}

/* Mapping ------------------------------------------------------------------------------------ */

static ITSError cmd_mapd(GICv3ITSState *s, const Command *cmd)
{
    ITSDevice d = {
        .valid = valid_bit(cmd),
        .event_bits = (cmd->dw[1] & 0x1f) + 1,
        .itt = cmd->dw[2] & 0x000fffffffffff00ull,
    };

    if (d.valid && d.event_bits > ITS_EVENT_BITS) {
        return ITS_ITTSIZE_OOR;
    }
    return its_put_device(s, device_id(cmd), &d);
}

static ITSError cmd_mapc(GICv3ITSState *s, const Command *cmd)
{
    GICv3CPUState *c = NULL;
    ITSError error = valid_bit(cmd) ? redistributor(s, cmd, 2, &c) : ITS_OK;

    return error ? error : its_put_collection(s, collection_id(cmd), c);
}

static ITSError map_event(GICv3ITSState *s, const Command *cmd, uint32_t intid)
{
    ITSEvent e = { .valid = true, .intid = intid, .collection = collection_id(cmd) };
    ITSDevice d;
    ITSError error = its_get_device(s, device_id(cmd), &d);

    if (!error) {
        error = its_check_collection(s, e.collection);
    }
    if (!error && event_id(cmd) >> MIN(d.event_bits, (unsigned)ITS_EVENT_BITS)) {
        error = ITS_ID_OOR;
    }
    if (!error && (intid < GICV3_LPI_FIRST || intid >> GICV3_IDBITS)) {
        error = ITS_PHYSICALID_OOR;
    }
    return error ? error : its_put_event(s, &d, event_id(cmd), &e);
}

static ITSError cmd_mapti(GICv3ITSState *s, const Command *cmd)
{
    return map_event(s, cmd, cmd->dw[1] >> 32);
}

static ITSError cmd_mapi(GICv3ITSState *s, const Command *cmd)
{
    return map_event(s, cmd, event_id(cmd));
}

/* The event goes to another collection, and with it what is pending. */
static ITSError cmd_movi(GICv3ITSState *s, const Command *cmd)
{
    GICv3CPUState *from, *to;
    ITSDevice d;
    ITSEvent e;
    ITSError error = its_translate(s, device_id(cmd), event_id(cmd), &e, &from);

    if (!error) {
        error = its_get_collection(s, collection_id(cmd), &to);
    }
    if (!error) {
        e.collection = collection_id(cmd);
        error = its_get_device(s, device_id(cmd), &d);
    }
    if (!error) {
        error = its_put_event(s, &d, event_id(cmd), &e);
    }
    if (!error && from != to && gicv3_lpi_is_pending(from, e.intid)) {
        gicv3_lpi_set(from, e.intid, false);
        gicv3_lpi_set(to, e.intid, true);
    }
    return error;
}

static ITSError cmd_movall(GICv3ITSState *s, const Command *cmd)
{
    GICv3CPUState *from, *to;
    ITSError error = redistributor(s, cmd, 2, &from);

    if (!error) {
        error = redistributor(s, cmd, 3, &to);
    }
    if (!error) {
        gicv3_lpi_move_all(from, to);
    }
    return error;
}

static ITSError cmd_discard(GICv3ITSState *s, const Command *cmd)
{
    GICv3CPUState *c;
    ITSDevice d;
    ITSEvent e, none = { 0 };
    ITSError error = its_translate(s, device_id(cmd), event_id(cmd), &e, &c);

    if (!error) {
        error = its_get_device(s, device_id(cmd), &d);
    }
    if (!error) {
        gicv3_lpi_set(c, e.intid, false);
        error = its_put_event(s, &d, event_id(cmd), &none);
    }
    return error;
}

/* State -------------------------------------------------------------------------------------- */

static ITSError set_pending(GICv3ITSState *s, const Command *cmd, bool pending)
{
    GICv3CPUState *c;
    ITSEvent e;
    ITSError error = its_translate(s, device_id(cmd), event_id(cmd), &e, &c);

    if (!error) {
        gicv3_lpi_set(c, e.intid, pending);
    }
    return error;
}

static ITSError cmd_int(GICv3ITSState *s, const Command *cmd)
{
    return set_pending(s, cmd, true);
}

static ITSError cmd_clear(GICv3ITSState *s, const Command *cmd)
{
    return set_pending(s, cmd, false);
}

static ITSError cmd_inv(GICv3ITSState *s, const Command *cmd)
{
    GICv3CPUState *c;
    ITSEvent e;
    ITSError error = its_translate(s, device_id(cmd), event_id(cmd), &e, &c);

    if (!error) {
        gicv3_lpi_config_changed(c, e.intid);
    }
    return error;
}

static ITSError cmd_invall(GICv3ITSState *s, const Command *cmd)
{
    GICv3CPUState *c;
    ITSError error = its_get_collection(s, collection_id(cmd), &c);

    if (!error) {
        gicv3_lpi_all_config_changed(c);
    }
    return error;
}

static ITSError cmd_sync(GICv3ITSState *s, const Command *cmd)
{
    GICv3CPUState *c;

    return redistributor(s, cmd, 2, &c);
}

/* The queue ---------------------------------------------------------------------------------- */

typedef struct CommandType {
    const char *name;
    ITSError (*run)(GICv3ITSState *s, const Command *cmd);
} CommandType;

static const CommandType commands[256] = {
    [0x01] = { "MOVI", cmd_movi },     [0x03] = { "INT", cmd_int },
    [0x04] = { "CLEAR", cmd_clear },   [0x05] = { "SYNC", cmd_sync },
    [0x08] = { "MAPD", cmd_mapd },     [0x09] = { "MAPC", cmd_mapc },
    [0x0a] = { "MAPTI", cmd_mapti },   [0x0b] = { "MAPI", cmd_mapi },
    [0x0c] = { "INV", cmd_inv },       [0x0d] = { "INVALL", cmd_invall },
    [0x0e] = { "MOVALL", cmd_movall }, [0x0f] = { "DISCARD", cmd_discard },
};

const char *its_error_name(ITSError error)
{
    static const char *const names[] = {
        [ITS_OK] = "OK",
        [ITS_DEVICE_OOR] = "DEVICE_OOR",
        [ITS_ITTSIZE_OOR] = "ITTSIZE_OOR",
        [ITS_UNMAPPED_DEVICE] = "UNMAPPED_DEVICE",
        [ITS_ID_OOR] = "ID_OOR",
        [ITS_UNMAPPED_INTERRUPT] = "UNMAPPED_INTERRUPT",
        [ITS_PHYSICALID_OOR] = "PHYSICALID_OOR",
        [ITS_COLLECTION_OOR] = "COLLECTION_OOR",
        [ITS_UNMAPPED_COLLECTION] = "UNMAPPED_COLLECTION",
        [ITS_PROCNUM_OOR] = "PROCNUM_OOR",
        [ITS_UNKNOWN_COMMAND] = "unknown command",
        [ITS_MEMORY] = "memory can not be accessed",
    };

    return names[error];
}

static ITSError run_one(GICv3ITSState *s)
{
    hwaddr addr = (s->cbaser & GITS_CBASER_ADDRESS) + (s->creadr & GITS_COMMAND_OFFSET);
    const CommandType *type;
    ITSError error;
    Command cmd;

    if (address_space_read(s->gic->dma_as, addr, (MemTxAttrs){ .memory = 1 }, &cmd, sizeof(cmd)) !=
        MEMTX_OK) {
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gicv3_its: no command at 0x%" HWADDR_PRIx "\n", addr);
        return ITS_MEMORY;
    }
    for (unsigned n = 0; n < ARRAY_SIZE(cmd.dw); n++) {
        cmd.dw[n] = le64_to_cpu(cmd.dw[n]);
    }
    type = &commands[cmd.dw[0] & 0xff];
    error = type->run ? type->run(s, &cmd) : ITS_UNKNOWN_COMMAND;
    if (error) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3_its: command 0x%02x (%s): %s (0x%" PRIx64 " 0x%" PRIx64
                      " 0x%" PRIx64 ")\n",
                      (unsigned)(cmd.dw[0] & 0xff), type->run ? type->name : "?",
                      its_error_name(error), cmd.dw[0], cmd.dw[1], cmd.dw[2]);
    }
    return error;
}

void its_run_commands(GICv3ITSState *s)
{
    uint32_t size = its_queue_size(s), end = s->cwriter & GITS_COMMAND_OFFSET;

    if (!(s->ctlr & GITS_CTLR_ENABLED) || !(s->cbaser & GITS_CBASER_VALID) ||
        (s->creadr & GITS_CREADR_STALLED)) {
        return;
    }
    if (end >= size || (s->creadr & GITS_COMMAND_OFFSET) >= size) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm_gicv3_its: GITS_CWRITER 0x%x is behind the end of the queue, 0x%x\n",
                      end, size);
        return;
    }
    while (s->creadr != end) {
        if (run_one(s) == ITS_MEMORY) {
            s->creadr |= GITS_CREADR_STALLED;
            break;
        }
        s->creadr = (s->creadr + ITS_COMMAND_SIZE) % size;
    }
    gicv3_lpi_flush_all(s->gic);
}
