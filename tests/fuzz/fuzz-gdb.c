/* SPDX-License-Identifier: MIT */
/*
 * The gdb stub, from bytes to registers and memory. The first byte tells how the rest is to be
 * taken: even, as it is on the wire; odd, as contents of packets, parted by newlines, which get
 * their framing here. Monitor commands are left out: they reach the host's files.
 */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "gdbstub/packet.h"
#include "system/runstate.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const options[] = { "-S", "-gdb", "null", NULL };

    fuzz_start_machine(options);
    return 0;
}

static void send_framed(const uint8_t *data, size_t size)
{
    g_autoptr(GString) wire = g_string_new(NULL);

    while (size) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t n = end ? (size_t)(end - data) : size;
        gdb_packet_encode(wire, (const char *)data, n);
        n += end != NULL;
        data += n;
        size -= n;
    }
    fuzz_chardev_input("gdb", (const uint8_t *)wire->str, wire->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || memmem(data, size, "Rcmd", 4)) {
        return 0;
    }
    if (data[0] & 1) {
        send_framed(data + 1, size - 1);
    } else {
        fuzz_chardev_input("gdb", data + 1, size - 1);
    }
    /* The guest stands, no packet is open, nothing is left of this input's settings. */
    fuzz_chardev_input("gdb", (const uint8_t *)"#00$D#44\x03", 9);
    fuzz_chardev_input("gdb", (const uint8_t *)"$?#3f", 5);
    vm_stop(RUN_STATE_PAUSED);
    fuzz_reset_machine();
    return 0;
}
