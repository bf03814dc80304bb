/* SPDX-License-Identifier: MIT */
/* ARM PrimeCell UART (PL011), ARM DDI 0183. */
#ifndef HW_CHAR_PL011_H
#define HW_CHAR_PL011_H

#include "chardev/char-fe.h"
#include "hw/boards.h"
#include "hw/clock.h"
#include "hw/sysbus.h"
#include "qom/object.h"
#include "system/memory.h"
#include "system/runstate.h"

#define TYPE_PL011 "pl011"
#define TYPE_PL011_LUMINARY                                                                        \
    "pl011_luminary" /* the UART of the Stellaris parts: another part ID                           \
                      */
OBJECT_DECLARE_SIMPLE_TYPE(PL011State, PL011)

#define PL011_FIFO_DEPTH 16
#define PL011_NUM_IRQS   6

/* Interrupt outputs: the combined line, then one for each group (DDI 0183, 2.8). */
enum { PL011_IRQ_COMBINED, PL011_IRQ_RX, PL011_IRQ_TX, PL011_IRQ_RT, PL011_IRQ_MS, PL011_IRQ_ERR };

struct PL011State {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    CharBackend chr;
    qemu_irq irq[PL011_NUM_IRQS];
    Clock *clk;               /* UARTCLK; an input */
    uint32_t clock_frequency; /* property: Hz of UARTCLK where the board connects no clock */
    bool luminary;

    /* Registers, under the BQL. */
    uint32_t rsr; /* receive status: the errors of the last character read */
    uint32_t ilpr;
    uint32_t ibrd, fbrd;
    uint32_t lcr_h;
    uint32_t cr;
    uint32_t ifls;
    uint32_t imsc;
    uint32_t ris;
    uint32_t dmacr;
    uint32_t modem;                     /* the modem inputs as FR shows them */
    uint32_t rx_fifo[PL011_FIFO_DEPTH]; /* character and its error bits, as DR gives them */
    uint32_t rx_pos, rx_count;
    bool rx_overrun; /* the next character received carries the overrun error */

    /* Written, and not taken by the host's end yet: empty unless that end is slow. */
    uint8_t tx_fifo[PL011_FIFO_DEPTH];
    uint32_t tx_count;
    guint tx_watch; /* the source that waits for the host's end; 0: none */
    VMChangeStateEntry *vm_change;
};

/* Make, connect and map a PL011, as boards do. */
DeviceState *pl011_create(hwaddr addr, qemu_irq irq, Chardev *chr);

/* Describe a PL011 in a device tree; @irq: number of the shared interrupt, @clock: phandle of its
 * clocks. The path of the node, to be freed by the caller. */
char *pl011_fdt_add_node(void *fdt, const MemMapEntry *place, int irq, uint32_t clock);

#endif
