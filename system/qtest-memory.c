/* SPDX-License-Identifier: MIT */
/* The test server's commands on memory and ports. Accesses are those of the first CPU. */
#include "qemu/osdep.h"

#include "hw/core/cpu.h"
#include "qemu/cutils.h"
#include "system/address-spaces.h"
#include "system/runstate.h"

#include "qtest-internal.h"

static AddressSpace *guest_memory(void)
{
    CPUState *cs = first_cpu;

    return cs && cs->as ? cs->as : &address_space_memory;
}

/* Like hardware, a bus error answers a read with whatever the region made of it. */
static uint64_t load(AddressSpace *as, uint64_t addr, MemOp op)
{
    return address_space_load(as, addr, op, MEMTXATTRS_UNSPECIFIED, NULL);
}

static MemOp number_op(unsigned size)
{
    return (MemOp)(size_memop(size) | memop_target_order());
}

void qtest_cmd_endianness(QTestCall *call)
{
    g_string_assign(call->reply, target_big_endian() ? "OK big" : "OK little");
}

/* read{b,w,l,q} ADDR */
void qtest_cmd_load(QTestCall *call)
{
    uint64_t addr;

    if (qtest_number(call, 0, &addr)) {
        g_string_printf(call->reply, "OK 0x%016" PRIx64,
                        load(guest_memory(), addr, number_op(call->size)));
    }
}

/* write{b,w,l,q} ADDR VALUE */
void qtest_cmd_store(QTestCall *call)
{
    uint64_t addr, value;

    if (qtest_number(call, 0, &addr) && qtest_number(call, 1, &value)) {
        address_space_store(guest_memory(), addr, value, number_op(call->size),
                            MEMTXATTRS_UNSPECIFIED, NULL);
        g_string_assign(call->reply, "OK");
    }
}

/* A port's number; there are 65536. */
static bool port_number(QTestCall *call, uint64_t *port)
{
    if (!qtest_number(call, 0, port)) {
        return false;
    }
    if (*port > UINT16_MAX) {
        g_string_printf(call->reply, "ERR port 0x%" PRIx64 " is beyond 0xffff", *port);
        return false;
    }
    return true;
}

void qtest_cmd_port_in(QTestCall *call)
{
    MemOp op = (MemOp)(size_memop(call->size) | MO_LE);
    uint64_t port;

    if (port_number(call, &port)) {
        g_string_printf(call->reply, "OK 0x%04" PRIx64, load(&address_space_io, port, op));
    }
}

void qtest_cmd_port_out(QTestCall *call)
{
    MemOp op = (MemOp)(size_memop(call->size) | MO_LE);
    uint64_t port, value;

    if (port_number(call, &port) && qtest_number(call, 1, &value)) {
        address_space_store(&address_space_io, port, value, op, MEMTXATTRS_UNSPECIFIED, NULL);
        g_string_assign(call->reply, "OK");
    }
}

/* ADDR SIZE of a block, in memory up to @limit bytes. */
static bool block_args(QTestCall *call, uint64_t limit, uint64_t *addr, uint64_t *size)
{
    if (!qtest_number(call, 0, addr) || !qtest_number(call, 1, size)) {
        return false;
    }
    if (*size > limit) {
        g_string_printf(call->reply, "ERR size: at most %" PRIu64 " bytes", limit);
        return false;
    }
    if (*size && *addr + (*size - 1) < *addr) {
        g_string_assign(call->reply, "ERR the block passes the end of the address space");
        return false;
    }
    return true;
}

/* The bytes of a block; NULL, and the reply is set. */
static uint8_t *read_block(QTestCall *call, uint64_t *size)
{
    uint64_t addr;
    uint8_t *data;

    if (!block_args(call, QTEST_MAX_DATA, &addr, size)) {
        return NULL;
    }
    data = g_malloc0(*size + 1);
    address_space_read(guest_memory(), addr, MEMTXATTRS_UNSPECIFIED, data, *size);
    return data;
}

/* read ADDR SIZE */
void qtest_cmd_read(QTestCall *call)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t size;
    g_autofree uint8_t *data = read_block(call, &size);

    if (!data) {
        return;
    }
    g_string_set_size(call->reply, strlen("OK 0x") + 2 * size);
    memcpy(call->reply->str, "OK 0x", strlen("OK 0x"));
    char *to = call->reply->str + strlen("OK 0x");
    for (uint64_t i = 0; i < size; i++) {
        *to++ = digits[data[i] >> 4];
        *to++ = digits[data[i] & 15];
    }
}

void qtest_cmd_b64read(QTestCall *call)
{
    uint64_t size;
    g_autofree uint8_t *data = read_block(call, &size);

    if (data) {
        g_autofree char *text = g_base64_encode(data, size);
        g_string_assign(call->reply, "OK ");
        g_string_append(call->reply, text);
    }
}

/* Fills @data from hexadecimal digits; what they do not reach stays. */
static bool parse_hex(const char *text, uint8_t *data, uint64_t size)
{
    for (uint64_t i = 0; i < size && text[2 * i]; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]);
        int low = g_ascii_xdigit_value(text[2 * i + 1]); /* the terminator is no digit */

        if (high < 0 || low < 0) {
            return false;
        }
        data[i] = high << 4 | low;
    }
    return true;
}

/* write ADDR SIZE 0xDATA: zeros follow if there is less data than SIZE; more is left out. */
void qtest_cmd_write(QTestCall *call)
{
    const char *text = call->arg[2];
    uint64_t addr, size;

    if (!block_args(call, QTEST_MAX_DATA, &addr, &size)) {
        return;
    }
    g_autofree uint8_t *data = g_malloc0(size + 1);
    if (text[0] != '0' || text[1] != 'x' || !text[2]) {
        g_string_assign(call->reply, "ERR invalid argument size");
    } else if (!parse_hex(text + 2, data, size)) {
        g_string_assign(call->reply, "ERR the data is not pairs of hexadecimal digits");
    } else {
        address_space_write(guest_memory(), addr, MEMTXATTRS_UNSPECIFIED, data, size);
        g_string_assign(call->reply, "OK");
    }
}

/* b64write ADDR SIZE DATA: the smaller of SIZE and what there is. */
void qtest_cmd_b64write(QTestCall *call)
{
    uint64_t addr, size;
    gsize have;

    if (!block_args(call, QTEST_MAX_DATA, &addr, &size)) {
        return;
    }
    g_autofree uint8_t *data = g_base64_decode(call->arg[2], &have);
    if (have != size) {
        qtest_log("b64write: %" PRIu64 " bytes announced, %zu sent", size, (size_t)have);
    }
    address_space_write(guest_memory(), addr, MEMTXATTRS_UNSPECIFIED, data, MIN(have, size));
    g_string_assign(call->reply, "OK");
}

/* memset ADDR SIZE VALUE, in pieces, so that a signal can end it. */
void qtest_cmd_memset(QTestCall *call)
{
    const uint64_t limit = 4ull << 30, piece = 1ull << 20;
    uint64_t addr, size, value;

    if (!block_args(call, limit, &addr, &size) || !qtest_number(call, 2, &value)) {
        return;
    }
    while (size && qemu_shutdown_requested_get() == SHUTDOWN_CAUSE_NONE) {
        uint64_t n = MIN(size, piece);

        address_space_set(guest_memory(), addr, value, n, MEMTXATTRS_UNSPECIFIED);
        addr += n;
        size -= n;
    }
    g_string_assign(call->reply, size ? "FAIL interrupted" : "OK");
}
