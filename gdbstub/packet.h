/* SPDX-License-Identifier: MIT */
/*
 * The packet layer of gdb's Remote Serial Protocol (GDB manual, appendix E), on bytes alone: no
 * machine, no connection. What comes in is hostile.
 */
#ifndef GDBSTUB_PACKET_H
#define GDBSTUB_PACKET_H

#include "qemu/osdep.h"

/* Of a packet's contents, in both directions; told to the debugger as PacketSize. */
#define GDB_MAX_PACKET 0x4000

typedef enum GDBInput {
    GDB_INPUT_NONE,   /* more bytes are needed */
    GDB_INPUT_PACKET, /* p->data and p->len are a packet's contents, escapes removed */
    GDB_INPUT_BAD,    /* a packet with a wrong checksum, or too long */
    GDB_INPUT_BREAK,  /* byte 3 outside of a packet: Ctrl-C */
    GDB_INPUT_ACK,
    GDB_INPUT_NACK,
} GDBInput;

typedef struct GDBParser {
    enum { GDB_IDLE, GDB_DATA, GDB_ESCAPE, GDB_SUM1, GDB_SUM2 } state;
    bool overlong, bad_digit;
    uint8_t sum, want; /* checksum of what came; what it should be */
    size_t len;
    char data[GDB_MAX_PACKET + 1]; /* there is always a NUL behind the contents */
} GDBParser;

void gdb_parser_reset(GDBParser *p);
/* Takes one byte. The contents of a packet stay until the next call. */
GDBInput gdb_parser_feed(GDBParser *p, uint8_t byte);

/* Appends a whole packet with these contents to @out, escaped where it must be. */
void gdb_packet_encode(GString *out, const char *data, size_t len);

/* ---- contents ---- */

/* A hexadecimal number of at most 64 bits at *@text, which moves behind it. */
bool gdb_parse_hex(const char **text, uint64_t *value);
/* A thread: a number from 1, 0 for any, -1 for all. */
bool gdb_parse_thread(const char **text, int *thread);
/* The bytes of @digits hexadecimal digits at @text into @out; false if there are none or others. */
bool gdb_parse_bytes(const char *text, size_t digits, GByteArray *out);
void gdb_append_hex(GString *out, const void *bytes, size_t n);

#endif
