/* SPDX-License-Identifier: MIT */
/*
 * ARM PrimeCell UART (PL011), ARM DDI 0183 (r1p5).
 *
 * Time is not modelled: a character written is sent at once, and the receive timeout (a FIFO that
 * holds data below its trigger level for 32 bit periods) is reached as soon as such a character
 * arrives. The rate that the divisor gives can be read as the object's property `baudrate`.
 *
 * The transmit FIFO is empty as long as the host's end keeps up. When it does not, characters stay
 * there, and the guest sees them in UARTFR and waits, while the emulator goes on. A guest that
 * writes into the full FIFO all the same would lose characters on the part; here the write waits
 * for the host, because programs without an operating system seldom look. What the FIFO holds
 * counts as sent: neither a reset nor a change of the FIFO's depth drops it. Not modelled: DMA
 * requests, IrDA (SIR), the integration test registers.
 */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "hw/char/pl011.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties-system.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/cpu-timers.h"
#include "system/device_tree.h"

/* Register offsets (DDI 0183, table 3-1) */
enum {
    R_DR = 0x000,
    R_RSR = 0x004, /* UARTECR when written */
    R_FR = 0x018,
    R_ILPR = 0x020,
    R_IBRD = 0x024,
    R_FBRD = 0x028,
    R_LCR_H = 0x02c,
    R_CR = 0x030,
    R_IFLS = 0x034,
    R_IMSC = 0x038,
    R_RIS = 0x03c,
    R_MIS = 0x040,
    R_ICR = 0x044,
    R_DMACR = 0x048,
    R_ID_FIRST = 0xfe0,
    R_ID_LAST = 0xffc,
};

enum { DR_FE = 1 << 8, DR_PE = 1 << 9, DR_BE = 1 << 10, DR_OE = 1 << 11 }; /* 3.3.1 */

enum { /* 3.3.3 */
       FR_CTS = 1 << 0,
       FR_DSR = 1 << 1,
       FR_DCD = 1 << 2,
       FR_BUSY = 1 << 3,
       FR_RXFE = 1 << 4,
       FR_TXFF = 1 << 5,
       FR_RXFF = 1 << 6,
       FR_TXFE = 1 << 7,
       FR_RI = 1 << 8,
};

enum { LCR_BRK = 1 << 0, LCR_FEN = 1 << 4 }; /* 3.3.7 */

enum { /* 3.3.8 */
       CR_UARTEN = 1 << 0,
       CR_LBE = 1 << 7,
       CR_TXE = 1 << 8,
       CR_RXE = 1 << 9,
       CR_DTR = 1 << 10,
       CR_RTS = 1 << 11,
       CR_OUT1 = 1 << 12,
       CR_OUT2 = 1 << 13,
};

enum { /* Interrupts: IMSC, RIS, MIS, ICR (3.3.10) */
       INT_RI = 1 << 0,
       INT_CTS = 1 << 1,
       INT_DCD = 1 << 2,
       INT_DSR = 1 << 3,
       INT_RX = 1 << 4,
       INT_TX = 1 << 5,
       INT_RT = 1 << 6,
       INT_FE = 1 << 7,
       INT_PE = 1 << 8,
       INT_BE = 1 << 9,
       INT_OE = 1 << 10,
       INT_MS = INT_RI | INT_CTS | INT_DCD | INT_DSR,
       INT_ERR = INT_FE | INT_PE | INT_BE | INT_OE,
       INT_ALL = 0x7ff,
};

enum { CR_RESET = CR_RXE | CR_TXE, CR_WRITABLE = 0xff87, IFLS_RESET = 0x12 };

/* UARTPeriphID0-3 and UARTPCellID0-3 (3.3.15 to 3.3.22) */
static const uint8_t pl011_id_arm[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
static const uint8_t pl011_id_luminary[] = { 0x11, 0x00, 0x18, 0x01, 0x0d, 0xf0, 0x05, 0xb1 };

/* Which interrupts drive which output line (2.8) */
static const uint32_t pl011_irq_sources[PL011_NUM_IRQS] = {
    [PL011_IRQ_COMBINED] = INT_ALL, [PL011_IRQ_RX] = INT_RX, [PL011_IRQ_TX] = INT_TX,
    [PL011_IRQ_RT] = INT_RT,        [PL011_IRQ_MS] = INT_MS, [PL011_IRQ_ERR] = INT_ERR,
};

static void pl011_update_irq(PL011State *s)
{
    uint32_t active = s->ris & s->imsc;

    for (int i = 0; i < PL011_NUM_IRQS; i++) {
        qemu_set_irq(s->irq[i], (active & pl011_irq_sources[i]) != 0);
    }
}

/* With the FIFOs disabled each is a one-character holding register (3.3.7). */
static unsigned pl011_fifo_depth(const PL011State *s)
{
    return s->lcr_h & LCR_FEN ? PL011_FIFO_DEPTH : 1;
}

/* RXIFLSEL: 1/8, 1/4, 1/2, 3/4, 7/8 of the FIFO; the other values are reserved (3.3.9). */
static unsigned pl011_rx_trigger(const PL011State *s)
{
    static const uint8_t level[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };

    return s->lcr_h & LCR_FEN ? level[(s->ifls >> 3) & 7] : 1;
}

/* TXIFLSEL; without FIFOs the interrupt says that the holding register is empty (2.8.3). */
static unsigned pl011_tx_trigger(const PL011State *s)
{
    static const uint8_t level[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };

    return s->lcr_h & LCR_FEN ? level[s->ifls & 7] : 0;
}

static uint32_t pl011_flags(const PL011State *s)
{
    uint32_t fr = s->modem;

    fr |= s->tx_count ? FR_BUSY : FR_TXFE;
    if (s->tx_count >= pl011_fifo_depth(s)) {
        fr |= FR_TXFF;
    }

    if (s->rx_count == 0) {
        fr |= FR_RXFE;
    }
    if (s->rx_count == pl011_fifo_depth(s)) {
        fr |= FR_RXFF;
    }
    return fr;
}

/* A character with its error bits arrives: RX at the trigger level, receive timeout below it. */
static void pl011_receive_char(PL011State *s, uint32_t c)
{
    unsigned depth = pl011_fifo_depth(s);

    if (s->rx_count >= depth) {
        s->rx_overrun = true; /* the character is lost (3.3.1, OE) */
        s->ris |= INT_OE;
        return;
    }
    if (s->rx_overrun) {
        c |= DR_OE;
        s->rx_overrun = false;
    }
    s->rx_fifo[(s->rx_pos + s->rx_count) % PL011_FIFO_DEPTH] = c;
    s->rx_count++;
    s->ris |= s->rx_count >= pl011_rx_trigger(s) ? INT_RX : INT_RT;
    s->ris |= (c & DR_FE ? INT_FE : 0) | (c & DR_PE ? INT_PE : 0) | (c & DR_BE ? INT_BE : 0);
}

static uint32_t pl011_read_data(PL011State *s)
{
    uint32_t c;

    if (s->rx_count == 0) {
        return 0;
    }
    c = s->rx_fifo[s->rx_pos];
    s->rx_pos = (s->rx_pos + 1) % PL011_FIFO_DEPTH;
    s->rx_count--;
    s->rsr = (c >> 8) & 0xf;
    if (s->rx_count < pl011_rx_trigger(s)) {
        s->ris &= ~INT_RX;
        s->ris |= INT_RT; /* what is left waits below the trigger level */
    }
    if (s->rx_count == 0) {
        s->ris &= ~INT_RT;
    }
    pl011_update_irq(s);
    qemu_chr_fe_accept_input(&s->chr);
    return c;
}

static void pl011_reset_rx_fifo(PL011State *s)
{
    s->rx_pos = 0;
    s->rx_count = 0;
    s->rx_overrun = false;
    s->ris &= ~(INT_RX | INT_RT);
}

/* --- transmission --- */

static gboolean pl011_host_ready(void *do_not_use, GIOCondition condition, void *opaque);

static void pl011_tx_remove(PL011State *s, unsigned n)
{
    s->tx_count -= n;
    memmove(s->tx_fifo, s->tx_fifo + n, s->tx_count);
}

/* Hand over what the host's end takes now; for the rest, wait for it without holding up anybody. */
static void pl011_transmit(PL011State *s)
{
    unsigned before = s->tx_count;

    while (s->tx_count && !s->tx_watch) {
        int n = qemu_chr_fe_write(&s->chr, s->tx_fifo, s->tx_count);
        if (n > 0) {
            pl011_tx_remove(s, n);
        } else if (n < 0 && errno != EAGAIN) {
            pl011_tx_remove(s, s->tx_count); /* nobody there */
        } else {
            /* The guest of a repeatable run must not see how fast the host's end reads. */
            if (!cpu_clock_is_counted()) {
                s->tx_watch =
                    qemu_chr_fe_add_watch(&s->chr, G_IO_OUT | G_IO_HUP, pl011_host_ready, s);
            }
            if (!s->tx_watch) {
                qemu_chr_fe_write_all(&s->chr, s->tx_fifo, s->tx_count);
                pl011_tx_remove(s, s->tx_count);
            }
        }
    }
    /* The interrupt is for draining through the trigger level (2.8.3). */
    if (before > s->tx_count && s->tx_count <= pl011_tx_trigger(s)) {
        s->ris |= INT_TX;
    }
}

static gboolean pl011_host_ready(void *do_not_use, GIOCondition condition, void *opaque)
{
    PL011State *s = opaque;

    s->tx_watch = 0;
    pl011_transmit(s);
    pl011_update_irq(s);
    return G_SOURCE_REMOVE;
}

static void pl011_tx_stop_waiting(PL011State *s)
{
    if (s->tx_watch) {
        g_source_remove(s->tx_watch);
        s->tx_watch = 0;
    }
}

static void pl011_tx_put(PL011State *s, uint8_t c)
{
    if (s->tx_count >= pl011_fifo_depth(s)) {
        qemu_chr_fe_write_all(&s->chr, s->tx_fifo, s->tx_count);
        s->tx_count = 0;
        pl011_tx_stop_waiting(s);
    }
    s->tx_fifo[s->tx_count++] = c;
    pl011_transmit(s);
}

/* After a load, transmission goes on. When the machine ends, what the guest said last is seen, if
 * the host's end takes it within a second. */
static void pl011_vm_state(void *opaque, bool running, RunState state)
{
    PL011State *s = opaque;

    if (running) {
        pl011_transmit(s);
    }
    for (int tries = 0; state == RUN_STATE_SHUTDOWN && s->tx_count && tries < 50; tries++) {
        pl011_tx_stop_waiting(s);
        pl011_transmit(s);
        if (s->tx_count) {
            g_usleep(20000);
        }
    }
}

static void pl011_write_data(PL011State *s, uint8_t c)
{
    if (!(s->cr & CR_UARTEN)) {
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: data written to the disabled UART\n");
    } else if (!(s->cr & CR_TXE)) {
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: data written with the transmitter disabled\n");
    }
    if (s->cr & CR_LBE) {
        pl011_receive_char(s, c);
        s->ris |= INT_TX;
    } else {
        pl011_tx_put(s, c);
    }
    pl011_update_irq(s);
}

/* In loopback the modem outputs come back as inputs (2.4.4); else nothing is connected. */
static void pl011_update_modem(PL011State *s)
{
    static const struct {
        uint32_t out, in, intr;
    } loop[] = {
        { CR_DTR, FR_DSR, INT_DSR },
        { CR_RTS, FR_CTS, INT_CTS },
        { CR_OUT1, FR_DCD, INT_DCD },
        { CR_OUT2, FR_RI, INT_RI },
    };
    uint32_t in = 0;

    for (int i = 0; i < ARRAY_SIZE(loop); i++) {
        in |= (s->cr & CR_LBE) && (s->cr & loop[i].out) ? loop[i].in : 0;
        s->ris |= (in ^ s->modem) & loop[i].in ? loop[i].intr : 0;
    }
    s->modem = in;
}

static void pl011_write_lcr_h(PL011State *s, uint32_t value)
{
    uint32_t changed = s->lcr_h ^ value;

    s->lcr_h = value;
    if (changed & LCR_FEN) {
        pl011_reset_rx_fifo(s);
        qemu_chr_fe_accept_input(&s->chr);
    }
    if ((changed & LCR_BRK) && (value & LCR_BRK) && (s->cr & CR_LBE)) {
        pl011_receive_char(s, DR_BE | DR_FE);
    }
}

static uint64_t pl011_read(void *opaque, hwaddr offset, unsigned size)
{
    PL011State *s = opaque;

    switch (offset) {
    case R_DR:
        return pl011_read_data(s);
    case R_RSR:
        return s->rsr;
    case R_FR:
        return pl011_flags(s);
    case R_ILPR:
        return s->ilpr;
    case R_IBRD:
        return s->ibrd;
    case R_FBRD:
        return s->fbrd;
    case R_LCR_H:
        return s->lcr_h;
    case R_CR:
        return s->cr;
    case R_IFLS:
        return s->ifls;
    case R_IMSC:
        return s->imsc;
    case R_RIS:
        return s->ris;
    case R_MIS:
        return s->ris & s->imsc;
    case R_DMACR:
        return s->dmacr;
    case R_ID_FIRST ... R_ID_LAST:
        return (s->luminary ? pl011_id_luminary : pl011_id_arm)[(offset - R_ID_FIRST) >> 2];
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: read of bad offset 0x%" HWADDR_PRIx "\n", offset);
        return 0;
    }
}

static void pl011_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL011State *s = opaque;

    switch (offset) {
    case R_DR:
        pl011_write_data(s, value);
        return;
    case R_RSR:
        s->rsr = 0;
        return;
    case R_FR:
    case R_RIS:
    case R_MIS:
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: write to read-only offset 0x%" HWADDR_PRIx "\n",
                      offset);
        return;
    case R_ILPR:
        s->ilpr = value & 0xff;
        return;
    case R_IBRD:
        s->ibrd = value & 0xffff;
        return;
    case R_FBRD:
        s->fbrd = value & 0x3f;
        return;
    case R_LCR_H:
        pl011_write_lcr_h(s, value & 0xff);
        break;
    case R_CR:
        s->cr = value & CR_WRITABLE;
        pl011_update_modem(s);
        break;
    case R_IFLS:
        s->ifls = value & 0x3f;
        return;
    case R_IMSC:
        s->imsc = value & INT_ALL;
        break;
    case R_ICR:
        s->ris &= ~value;
        break;
    case R_DMACR:
        s->dmacr = value & 7;
        if (s->dmacr & 3) {
            qemu_log_mask(LOG_UNIMP, "pl011: DMA is not implemented\n");
        }
        return;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: write to bad offset 0x%" HWADDR_PRIx "\n", offset);
        return;
    }
    pl011_update_irq(s);
}

static const MemoryRegionOps pl011_ops = {
    .read = pl011_read,
    .write = pl011_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* Back end: input waits in the host until there is room, so that no key is lost. */
static int pl011_can_receive(void *opaque)
{
    PL011State *s = opaque;

    return s->cr & CR_LBE ? 0 : pl011_fifo_depth(s) - s->rx_count;
}

static void pl011_receive(void *opaque, const uint8_t *buf, int size)
{
    PL011State *s = opaque;

    for (int i = 0; i < size; i++) {
        pl011_receive_char(s, buf[i]);
    }
    pl011_update_irq(s);
}

/* A break is received as a zero character with framing error (3.3.1, BE). */
static void pl011_event(void *opaque, QEMUChrEvent event)
{
    PL011State *s = opaque;

    if (event == CHR_EVENT_BREAK && !(s->cr & CR_LBE)) {
        pl011_receive_char(s, DR_BE | DR_FE);
        pl011_update_irq(s);
    }
}

/* UARTCLK / (16 * BAUDDIV), BAUDDIV with 6 binary places (3.3.6); 0 while it can not be. */
static void pl011_get_baudrate(Object *obj, Visitor *v, const char *name, void *opaque,
                               Error **errp)
{
    PL011State *s = PL011(obj);
    uint32_t divisor = s->ibrd << 6 | s->fbrd;
    uint32_t baud = s->ibrd ? (uint64_t)clock_get_hz(s->clk) * 4 / divisor : 0;

    visit_type_uint32(v, name, &baud, errp);
}

static const Property pl011_properties[] = {
    DEFINE_PROP_CHR("chardev", PL011State, chr),
    DEFINE_PROP_UINT32("clock-frequency", PL011State, clock_frequency, 24000000),
};

/* The FIFO is indexed by what the stream says: do not trust it. */
static int pl011_post_load(void *opaque, int version_id)
{
    PL011State *s = opaque;

    if (s->rx_pos >= PL011_FIFO_DEPTH || s->rx_count > pl011_fifo_depth(s) ||
        s->tx_count > PL011_FIFO_DEPTH) {
        s->tx_count = 0;
        return -EINVAL;
    }
    return 0;
}

static int pl011_pre_load(void *opaque)
{
    PL011State *s = opaque;

    pl011_tx_stop_waiting(s);
    s->tx_count = 0;
    return 0;
}

static bool pl011_tx_waits(void *opaque)
{
    return ((PL011State *)opaque)->tx_count > 0;
}

static const VMStateDescription vmstate_pl011_tx = {
    .name = "pl011/tx",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = pl011_tx_waits,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT8_ARRAY(tx_fifo, PL011State, PL011_FIFO_DEPTH),
            VMSTATE_UINT32(tx_count, PL011State),
            VMSTATE_END_OF_LIST(),
        },
};

static const VMStateDescription vmstate_pl011 = {
    .name = "pl011",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = pl011_pre_load,
    .post_load = pl011_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(rsr, PL011State),
            VMSTATE_UINT32(ilpr, PL011State),
            VMSTATE_UINT32(ibrd, PL011State),
            VMSTATE_UINT32(fbrd, PL011State),
            VMSTATE_UINT32(lcr_h, PL011State),
            VMSTATE_UINT32(cr, PL011State),
            VMSTATE_UINT32(ifls, PL011State),
            VMSTATE_UINT32(imsc, PL011State),
            VMSTATE_UINT32(ris, PL011State),
            VMSTATE_UINT32(dmacr, PL011State),
            VMSTATE_UINT32(modem, PL011State),
            VMSTATE_UINT32_ARRAY(rx_fifo, PL011State, PL011_FIFO_DEPTH),
            VMSTATE_UINT32(rx_pos, PL011State),
            VMSTATE_UINT32(rx_count, PL011State),
            VMSTATE_BOOL(rx_overrun, PL011State),
            VMSTATE_CLOCK(clk, PL011State),
            VMSTATE_END_OF_LIST(),
        },
    .subsections =
        (const VMStateDescription *const[]){
            &vmstate_pl011_tx,
            NULL,
        },
};

static void pl011_reset_hold(Object *obj, ResetType type)
{
    PL011State *s = PL011(obj);

    s->rsr = 0;
    s->ilpr = 0;
    s->ibrd = 0;
    s->fbrd = 0;
    s->lcr_h = 0;
    s->cr = CR_RESET;
    s->ifls = IFLS_RESET;
    s->imsc = 0;
    s->ris = 0;
    s->dmacr = 0;
    s->modem = 0;
    pl011_reset_rx_fifo(s);
}

static void pl011_reset_exit(Object *obj, ResetType type)
{
    PL011State *s = PL011(obj);

    pl011_update_irq(s);
    qemu_chr_fe_accept_input(&s->chr);
}

static void pl011_init(Object *obj)
{
    PL011State *s = PL011(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &pl011_ops, s, "pl011", 0x1000);
    sysbus_init_mmio(sbd, &s->iomem);
    for (int i = 0; i < PL011_NUM_IRQS; i++) {
        sysbus_init_irq(sbd, &s->irq[i]);
    }
    s->clk = qdev_init_clock_in(DEVICE(obj), "clk", NULL, NULL, 0);
}

static void pl011_realize(DeviceState *dev, Error **errp)
{
    PL011State *s = PL011(dev);

    if (!clock_has_source(s->clk)) {
        clock_update_hz(s->clk, s->clock_frequency);
    }
    qemu_chr_fe_set_handlers(&s->chr, pl011_can_receive, pl011_receive, pl011_event, NULL, s, NULL,
                             true);
    s->vm_change = qemu_add_vm_change_state_handler(pl011_vm_state, s);
}

static void pl011_unrealize(DeviceState *dev)
{
    PL011State *s = PL011(dev);

    qemu_del_vm_change_state_handler(s->vm_change);
    pl011_tx_stop_waiting(s);
}

static void pl011_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->realize = pl011_realize;
    dc->unrealize = pl011_unrealize;
    dc->desc = "ARM PrimeCell UART (PL011)";
    dc->vmsd = &vmstate_pl011;
    rc->phases.hold = pl011_reset_hold;
    rc->phases.exit = pl011_reset_exit;
    device_class_set_props(dc, pl011_properties);
    object_class_property_add(oc, "baudrate", "uint32", pl011_get_baudrate, NULL, NULL, NULL);
}

static void pl011_luminary_init(Object *obj)
{
    PL011(obj)->luminary = true;
}

static const TypeInfo pl011_types[] = {
    {
        .name = TYPE_PL011,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PL011State),
        .instance_init = pl011_init,
        .class_init = pl011_class_init,
    },
    {
        .name = TYPE_PL011_LUMINARY,
        .parent = TYPE_PL011,
        .instance_init = pl011_luminary_init,
    },
};

DEFINE_TYPES(pl011_types)

DeviceState *pl011_create(hwaddr addr, qemu_irq irq, Chardev *chr)
{
    DeviceState *dev = qdev_new(TYPE_PL011);

    qdev_prop_set_chr(dev, "chardev", chr);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, addr);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, irq);
    return dev;
}

char *pl011_fdt_add_node(void *fdt, const MemMapEntry *place, int irq, uint32_t clock)
{
    static const char *const compatible[] = { "arm,pl011", "arm,primecell" };
    static const char *const clock_names[] = { "uartclk", "apb_pclk" };
    char *node = g_strdup_printf("/pl011@%" PRIx64, place->base);

    qemu_fdt_add_subnode(fdt, node);
    qemu_fdt_setprop_string_array(fdt, node, "compatible", compatible, ARRAY_SIZE(compatible));
    qemu_fdt_setprop_sized_cells(fdt, node, "reg", 2, place->base, 2, place->size);
    qemu_fdt_setprop_cells(fdt, node, "interrupts", 0, irq, 4); /* shared, level high */
    qemu_fdt_setprop_cells(fdt, node, "clocks", clock, clock);
    qemu_fdt_setprop_string_array(fdt, node, "clock-names", clock_names, ARRAY_SIZE(clock_names));
    return node;
}
