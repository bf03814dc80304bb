/* SPDX-License-Identifier: MIT */
/*
 * The distributor registers of a GICv1/v2 (ARM IHI 0048B, 4.3).
 *
 * Accesses of one, two and four bytes come down to a 32-bit register and a mask of the bits
 * written. Registers of unimplemented interrupts read as zero and ignore writes.
 */
#include "qemu/osdep.h"

#include "gic_internal.h"
#include "qemu/bswap.h"
#include "qemu/log.h"

enum { /* Table 4-1 */
       GICD_CTLR = 0x000,
       GICD_TYPER = 0x004,
       GICD_IIDR = 0x008,
       GICD_IGROUPR = 0x080,
       GICD_ISENABLER = 0x100,
       GICD_ICENABLER = 0x180,
       GICD_ISPENDR = 0x200,
       GICD_ICPENDR = 0x280,
       GICD_ISACTIVER = 0x300,
       GICD_ICACTIVER = 0x380,
       GICD_IPRIORITYR = 0x400,
       GICD_ITARGETSR = 0x800,
       GICD_ICFGR = 0xc00,
       GICD_NSACR = 0xe00,
       GICD_SGIR = 0xf00,
       GICD_CPENDSGIR = 0xf10,
       GICD_SPENDSGIR = 0xf20,
       GICD_ID = 0xfd0,
};

enum { GICD_TYPER_SECURITY_EXTN = 1 << 10 };

/* ICPIDR4-7, ICPIDR0-3, ICCIDR0-3 (4.2.1 and 4.3.18) */
static const uint8_t gic_id[2][12] = {
    { 0x04, 0x00, 0x00, 0x00, 0x90, 0xb3, 0x1b, 0x00, 0x0d, 0xf0, 0x05, 0xb1 }, /* GICv1 */
    { 0x04, 0x00, 0x00, 0x00, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1 }, /* GICv2 */
};

/* Who makes an access: a CPU, and whether by the Non-secure view of registers (4.1.3). */
typedef struct Accessor {
    int cpu;
    bool ns;
} Accessor;

/* What Secure state may let Non-secure state do with one of its interrupts (4.3.6); each level
 * includes those before it. */
enum { NSACR_NONE, NSACR_SET_PENDING, NSACR_CLEAR_PENDING, NSACR_TARGETS };

/* Which level is needed for an access to a register with one bit an interrupt; NONE: no level will
 * do. Non-secure state may see what is active where it may clear what is pending. */
static unsigned level_needed(uint32_t offset, bool is_write)
{
    switch (offset & ~0x7fu) {
    case GICD_ISPENDR:
        return NSACR_SET_PENDING;
    case GICD_ICPENDR:
        return NSACR_CLEAR_PENDING;
    case GICD_ISACTIVER:
    case GICD_ICACTIVER:
        return is_write ? NSACR_NONE : NSACR_CLEAR_PENDING;
    default:
        return NSACR_NONE;
    }
}

static unsigned nsacr(const GICState *s, int cpu, int intid)
{
    return s->nsacr[gic_slot(cpu, intid / 32) * 2 + intid / 16 % 2] >> intid % 16 * 2 & 3;
}

/* The interrupts of word @word (INTID / 32) that it may see and change: with the Security
 * Extensions group 0 is Secure state's, but for those whose NSACR is @level or more. */
static uint32_t accessible_at(const GICState *s, Accessor a, int word, unsigned level)
{
    uint32_t bits = s->group[gic_slot(a.cpu, word)];

    if (!a.ns) {
        return UINT32_MAX;
    }
    for (int i = 0; i < 32 && level != NSACR_NONE; i++) {
        bits |= (uint32_t)(nsacr(s, a.cpu, word * 32 + i) >= level) << i;
    }
    return bits;
}

static uint32_t accessible(const GICState *s, Accessor a, int word)
{
    return accessible_at(s, a, word, NSACR_NONE);
}

/* The same of the four interrupts from @intid on, in bytes. */
static uint32_t accessible_bytes(const GICState *s, Accessor a, int intid, unsigned level)
{
    uint32_t bits = accessible_at(s, a, intid / 32, level) >> intid % 32, mask = 0;

    for (int i = 0; i < 4; i++) {
        mask |= bits >> i & 1 ? 0xffu << i * 8 : 0;
    }
    return mask;
}

/* Registers with one bit an interrupt ---------------------------------------------------------- */

static uint32_t dist_read_bits(GICState *s, Accessor a, uint32_t offset)
{
    int word = offset % 0x80 / 4;
    int slot = gic_slot(a.cpu, word);
    uint32_t seen = accessible_at(s, a, word, level_needed(offset, false));

    if (word * 32 >= s->num_irq) {
        return 0;
    }
    switch (offset & ~0x7fu) {
    case GICD_IGROUPR:
        return gic_has_groups(s) && !a.ns ? s->group[slot] : 0;
    case GICD_ISENABLER:
    case GICD_ICENABLER:
        return s->enabled[slot] & seen;
    case GICD_ISPENDR:
    case GICD_ICPENDR:
        return gic_pending_word(s, slot) & seen;
    default: /* GICD_ISACTIVER and GICD_ICACTIVER */
        return s->active[slot] & seen;
    }
}

static void dist_write_bits(GICState *s, Accessor a, uint32_t offset, uint32_t value, uint32_t mask)
{
    int word = offset % 0x80 / 4;
    int slot = gic_slot(a.cpu, word);
    uint32_t not_sgi = word ? ~0u : ~0xffffu; /* SGIs: always enabled; pending by SGIR only */

    value &= accessible_at(s, a, word, level_needed(offset, true));
    if (word * 32 >= s->num_irq) {
        return;
    }
    switch (offset & ~0x7fu) {
    case GICD_IGROUPR:
        if (gic_has_groups(s) && !a.ns) {
            s->group[slot] = (s->group[slot] & ~mask) | (value & mask);
        }
        break;
    case GICD_ISENABLER:
        s->enabled[slot] |= value & not_sgi;
        break;
    case GICD_ICENABLER:
        s->enabled[slot] &= ~(value & not_sgi);
        break;
    case GICD_ISPENDR:
        s->pending[slot] |= value & not_sgi;
        break;
    case GICD_ICPENDR:
        s->pending[slot] &= ~(value & not_sgi);
        break;
    case GICD_ISACTIVER:
        s->active[slot] |= value;
        break;
    case GICD_ICACTIVER:
        s->active[slot] &= ~value;
        break;
    }
    gic_slot_changed(s, slot);
}

/* Registers with one byte an interrupt --------------------------------------------------------- */

static uint32_t dist_read_targets(GICState *s, int cpu, int intid)
{
    if (s->num_cpu == 1) {
        return 0; /* 4.3.12 */
    }
    if (intid < GIC_INTERNAL) {
        return 0x01010101u << cpu;
    }
    return ldl_le_p(&s->targets[gic_slot(cpu, intid / 32) * 32 + intid % 32]);
}

/* What Non-secure state reads lacks the top bit, whatever that is (3.4.2). */
static uint32_t read_priorities(const GICState *s, Accessor a, int intid)
{
    const uint8_t *prio = &s->priority[gic_slot(a.cpu, intid / 32) * 32 + intid % 32];
    uint32_t value = 0;

    for (int i = 0; i < 4; i++) {
        value |= (uint32_t)(uint8_t)(a.ns ? prio[i] << 1 : prio[i]) << i * 8;
    }
    return value & accessible_bytes(s, a, intid, NSACR_NONE);
}

static void write_priorities(GICState *s, Accessor a, int intid, uint32_t value, uint32_t mask)
{
    uint8_t *prio = &s->priority[gic_slot(a.cpu, intid / 32) * 32 + intid % 32];

    for (int i = 0; i < 4; i++) {
        uint8_t new = value >> i * 8;

        if (mask >> i * 8 & 0xff) {
            prio[i] = a.ns ? gic_priority_from_ns(new) : new;
        }
    }
    gic_update(s);
}

static uint32_t dist_read_bytes(GICState *s, Accessor a, uint32_t offset)
{
    int intid = offset % 0x400;

    if (intid >= s->num_irq) {
        return 0;
    }
    if (offset >= GICD_ITARGETSR) {
        return dist_read_targets(s, a.cpu, intid) & accessible_bytes(s, a, intid, NSACR_TARGETS);
    }
    return read_priorities(s, a, intid);
}

static void dist_write_bytes(GICState *s, Accessor a, uint32_t offset, uint32_t value,
                             uint32_t mask)
{
    int intid = offset % 0x400;
    int index = gic_slot(a.cpu, intid / 32) * 32 + intid % 32;

    if (intid >= s->num_irq) {
        return;
    }
    mask &= accessible_bytes(s, a, intid, offset < GICD_ITARGETSR ? NSACR_NONE : NSACR_TARGETS);
    if (offset < GICD_ITARGETSR) {
        write_priorities(s, a, intid, value, mask);
    } else if (intid >= GIC_INTERNAL && s->num_cpu > 1) {
        value &= gic_all_cpus(s) * 0x01010101u;
        stl_le_p(&s->targets[index], (ldl_le_p(&s->targets[index]) & ~mask) | (value & mask));
        gic_targets_changed(s, intid);
    }
}

/* ICFGR: two bits an interrupt, of which the upper one says edge-triggered (4.3.13) ------------ */

static uint32_t dist_read_config(GICState *s, Accessor a, uint32_t offset)
{
    int intid = (offset - GICD_ICFGR) * 4;
    uint32_t value = 0, edge;

    if (intid >= s->num_irq) {
        return 0;
    }
    edge = s->edge[gic_slot(a.cpu, intid / 32)] & accessible(s, a, intid / 32);
    for (int i = 0; i < 16; i++) {
        value |= (edge >> (intid % 32 + i) & 1) << (i * 2 + 1);
    }
    return value;
}

static void dist_write_config(GICState *s, Accessor a, uint32_t offset, uint32_t value,
                              uint32_t mask)
{
    int intid = (offset - GICD_ICFGR) * 4;
    int slot = gic_slot(a.cpu, intid / 32);

    if (intid >= s->num_irq || intid < GIC_NR_SGIS) {
        return; /* SGIs are edge-triggered, read only */
    }
    for (int i = 0; i < 16; i++) {
        uint32_t bit = 1u << (intid % 32 + i);

        if (mask & (2u << i * 2) && accessible(s, a, intid / 32) & bit) {
            s->edge[slot] = value & (2u << i * 2) ? s->edge[slot] | bit : s->edge[slot] & ~bit;
        }
    }
    gic_slot_changed(s, slot);
}

/* Software-generated interrupts ---------------------------------------------------------------- */

enum { SGIR_NSATT = 1 << 15 };

/* Secure state says which group the SGI must have at the receiver; Non-secure state sends group 1's
 * alone, and those that the receiver's NSACR lets it send (4.3.15, table 4-22). */
static bool may_send(const GICState *s, Accessor a, int to, uint32_t value)
{
    uint32_t group = s->group[to] >> (value & 0xf) & 1;

    if (a.ns && nsacr(s, to, value & 0xf) >= NSACR_SET_PENDING) {
        return true;
    }
    return !s->security_extn || group == (a.ns || value & SGIR_NSATT ? 1 : 0);
}

static void dist_write_sgir(GICState *s, Accessor a, uint32_t value)
{
    uint32_t targets;

    switch (value >> 24 & 3) { /* 4.3.15, TargetListFilter */
    case 0:
        targets = value >> 16 & 0xff;
        break;
    case 1:
        targets = ~(1u << a.cpu);
        break;
    case 2:
        targets = 1u << a.cpu;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: reserved target list filter in GICD_SGIR\n");
        return;
    }
    for (int i = 0; i < s->num_cpu; i++) {
        if (targets >> i & 1 && may_send(s, a, i, value)) {
            gic_set_sgi(s, i, value & 0xf, 1u << a.cpu);
        }
    }
    gic_update(s);
}

static uint32_t dist_read_sgi_pending(GICState *s, Accessor a, uint32_t offset)
{
    uint32_t value = ldl_le_p(&s->sgi_source[a.cpu * GIC_NR_SGIS + offset % 0x10]);

    return s->revision >= 2 ? value & accessible_bytes(s, a, offset % 0x10, NSACR_NONE) : 0;
}

static void dist_write_sgi_pending(GICState *s, Accessor a, uint32_t offset, uint32_t value)
{
    value &= accessible_bytes(s, a, offset % 0x10, NSACR_NONE);
    for (int i = 0; i < 4 && s->revision >= 2; i++) {
        uint8_t sources = value >> (i * 8) & gic_all_cpus(s);

        if (offset < GICD_SPENDSGIR) {
            gic_clear_sgi(s, a.cpu, offset % 0x10 + i, sources);
        } else {
            gic_set_sgi(s, a.cpu, offset % 0x10 + i, sources);
        }
    }
    gic_update(s);
}

/* NSACR: Secure state's; none of PPIs --------------------------------------------------------- */

static uint32_t *nsacr_word(GICState *s, Accessor a, uint32_t offset)
{
    int intid = (offset - GICD_NSACR) * 4;
    bool exists = s->security_extn && !a.ns && intid < s->num_irq && intid != GIC_NR_SGIS;

    return exists ? &s->nsacr[gic_slot(a.cpu, intid / 32) * 2 + intid / 16 % 2] : NULL;
}

/* Dispatch ------------------------------------------------------------------------------------- */

static uint32_t dist_read_word(GICState *s, Accessor a, uint32_t offset)
{
    switch (offset) {
    case GICD_CTLR:
        return a.ns ? s->ctlr >> 1 & 1 : s->ctlr;
    case GICD_TYPER: /* 4.3.2 */
        return (s->num_irq / 32 - 1) | (s->num_cpu - 1) << 5 |
               (s->security_extn ? GICD_TYPER_SECURITY_EXTN : 0);
    case GICD_IGROUPR ... GICD_IPRIORITYR - 1:
        return dist_read_bits(s, a, offset);
    case GICD_IPRIORITYR ... GICD_ICFGR - 1:
        return dist_read_bytes(s, a, offset);
    case GICD_ICFGR ... GICD_ICFGR + 0xff:
        return dist_read_config(s, a, offset);
    case GICD_CPENDSGIR ... GICD_SPENDSGIR + 0xf:
        return dist_read_sgi_pending(s, a, offset);
    case GICD_ID ... 0xfff:
        return gic_id[s->revision - 1][(offset - GICD_ID) / 4];
    case GICD_NSACR ... GICD_NSACR + 0xff:
        return nsacr_word(s, a, offset) ? *nsacr_word(s, a, offset) : 0;
    case GICD_IIDR ... GICD_IGROUPR - 1: /* implementation defined and reserved: zero */
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: read of bad distributor offset 0x%x\n", offset);
        return 0;
    }
}

/* Non-secure state has group 1's bit alone, at the place of group 0's (4.3.1). */
static void write_ctlr(GICState *s, Accessor a, uint32_t value, uint32_t mask)
{
    if (a.ns) {
        value <<= 1;
        mask = mask << 1 & GICD_CTLR_EN_GRP1;
    }
    value = (s->ctlr & ~mask) | (value & mask);
    s->ctlr = value & (GICD_CTLR_EN_GRP0 | (gic_has_groups(s) ? GICD_CTLR_EN_GRP1 : 0));
    gic_update(s);
}

static void dist_write_word(GICState *s, Accessor a, uint32_t offset, uint32_t value, uint32_t mask)
{
    uint32_t *word;

    switch (offset) {
    case GICD_CTLR:
        write_ctlr(s, a, value, mask);
        break;
    case GICD_IGROUPR ... GICD_IPRIORITYR - 1:
        dist_write_bits(s, a, offset, value, mask);
        break;
    case GICD_IPRIORITYR ... GICD_ICFGR - 1:
        dist_write_bytes(s, a, offset, value, mask);
        break;
    case GICD_ICFGR ... GICD_ICFGR + 0xff:
        dist_write_config(s, a, offset, value, mask);
        break;
    case GICD_SGIR:
        if (mask == UINT32_MAX) {
            dist_write_sgir(s, a, value);
            break;
        }
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: GICD_SGIR takes words only\n");
        break;
    case GICD_CPENDSGIR ... GICD_SPENDSGIR + 0xf:
        dist_write_sgi_pending(s, a, offset, value);
        break;
    case GICD_NSACR ... GICD_NSACR + 0xff:
        word = nsacr_word(s, a, offset);
        if (word) {
            *word = (*word & ~mask) | value;
        }
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "arm_gic: write to bad distributor offset 0x%x\n", offset);
        break;
    }
}

static Accessor accessor(const GICState *s, MemTxAttrs attrs)
{
    return (Accessor){ .cpu = gic_current_cpu(s), .ns = gic_is_ns(s, attrs) };
}

static MemTxResult gic_dist_read(void *opaque, hwaddr offset, uint64_t *value, unsigned size,
                                 MemTxAttrs attrs)
{
    GICState *s = opaque;
    uint32_t word = dist_read_word(s, accessor(s, attrs), offset & ~3u);

    *value = word >> (offset & 3) * 8;
    return MEMTX_OK;
}

static MemTxResult gic_dist_write(void *opaque, hwaddr offset, uint64_t value, unsigned size,
                                  MemTxAttrs attrs)
{
    GICState *s = opaque;
    unsigned shift = (offset & 3) * 8;
    uint32_t mask = (size == 4 ? UINT32_MAX : (1u << size * 8) - 1) << shift;

    dist_write_word(s, accessor(s, attrs), offset & ~3u, (uint32_t)value << shift & mask, mask);
    return MEMTX_OK;
}

const MemoryRegionOps gic_dist_ops = {
    .read_with_attrs = gic_dist_read,
    .write_with_attrs = gic_dist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};
