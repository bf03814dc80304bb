/* SPDX-License-Identifier: MIT */
/* What the files of the stub share. Everything runs in the main loop under the big lock. */
#ifndef GDBSTUB_INTERNALS_H
#define GDBSTUB_INTERNALS_H

#include "chardev/char-fe.h"
#include "hw/core/cpu.h"

#include "packet.h"

typedef struct GDBState {
    CharFrontend chr;
    GDBParser parser;
    bool active;     /* there is a character device */
    bool owns_chr;   /* it ends with the service */
    bool handling;   /* a command is being carried out */
    bool no_ack;     /* QStartNoAckMode */
    bool awaits;     /* the debugger let the guest run and waits for a stop reply */
    bool phys;       /* memory commands take physical addresses */
    int sstep;       /* how to step: SSTEP_* */
    int cont_thread; /* Hc: -1, 0 or a thread */
    int gen_thread;  /* Hg: likewise */
    int list_next;   /* the next thread that qsThreadInfo tells */
    GString *reply;  /* contents of the reply being made */
    GString *sent;   /* the last packet sent, for a retransmission */
} GDBState;

/* How a command ends. */
typedef enum GDBOutcome {
    GDB_REPLY,    /* s->reply is the reply; empty: not supported */
    GDB_OK,       /* "OK" */
    GDB_NO_REPLY, /* the reply comes later, or never */
    GDB_EINVAL,
    GDB_EFAULT,
} GDBOutcome;

/* @args: what follows the command's name; a NUL ends it. @len: its length, for binary data. */
typedef GDBOutcome GDBHandler(GDBState *s, const char *args, size_t len);

typedef struct GDBCommand {
    const char *name; /* what the packet begins with; the first row that fits counts */
    bool whole;       /* nothing may follow */
    GDBHandler *run;
} GDBCommand;

/* Ends with a row without a name. */
GDBOutcome gdb_run_table(GDBState *s, const GDBCommand *table, const char *text, size_t len);

/* ---- gdbstub.c ---- */
void gdb_put_packet(GDBState *s, const char *data, size_t len);

/* ---- threads.c: threads are CPUs, numbered from 1 ---- */
int gdb_thread_of(const CPUState *cs);
/* The CPU of @thread, the first one for 0 or -1; NULL: none. */
CPUState *gdb_find_cpu(int thread);
/* What the reply to `?` says: the signal, the thread, a watchpoint. */
void gdb_stop_reply(GDBState *s, int signal);
/* The guest has stopped: choose the thread to tell of. */
void gdb_note_stop(GDBState *s);
GDBHandler gdb_cmd_thread_info_first, gdb_cmd_thread_info_next, gdb_cmd_current_thread,
    gdb_cmd_thread_extra, gdb_cmd_set_thread, gdb_cmd_thread_alive;

/* ---- resume.c ---- */
GDBHandler gdb_cmd_continue, gdb_cmd_continue_signal, gdb_cmd_step, gdb_cmd_step_signal,
    gdb_cmd_vcont, gdb_cmd_vcont_query, gdb_cmd_detach, gdb_cmd_insert_point, gdb_cmd_remove_point;
/* No breakpoint, watchpoint or step is left on any CPU. */
void gdb_remove_all_points(void);

/* ---- data.c: registers and memory ---- */
GDBHandler gdb_cmd_read_registers, gdb_cmd_write_registers, gdb_cmd_read_register,
    gdb_cmd_write_register, gdb_cmd_read_memory, gdb_cmd_write_memory, gdb_cmd_write_binary;

/* ---- query.c ---- */
GDBHandler gdb_cmd_query, gdb_cmd_set;

#endif
