/* SPDX-License-Identifier: MIT */
/*
 * The debug log: -d items, -D file, -dfilter ranges.
 *
 * One process-wide mask, file and filter. The mask is read without a lock (a test and a branch
 * where logging is off); the others change under a lock that a writer holds as well, so a record
 * that is written between qemu_log_trylock() and qemu_log_unlock() is never torn or mixed.
 */
#ifndef QEMU_LOG_H
#define QEMU_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

#define CPU_LOG_TB_OUT_ASM (1u << 0)
#define CPU_LOG_TB_IN_ASM  (1u << 1)
#define CPU_LOG_TB_OP      (1u << 2)
#define CPU_LOG_TB_OP_OPT  (1u << 3)
#define CPU_LOG_INT        (1u << 4)
#define CPU_LOG_EXEC       (1u << 5)
#define CPU_LOG_PCALL      (1u << 6)
#define CPU_LOG_TB_CPU     (1u << 8)
#define CPU_LOG_RESET      (1u << 9)
#define LOG_UNIMP          (1u << 10)
#define LOG_GUEST_ERROR    (1u << 11)
#define CPU_LOG_MMU        (1u << 12)
#define CPU_LOG_TB_NOCHAIN (1u << 13)
#define CPU_LOG_PAGE       (1u << 14)
#define LOG_TRACE          (1u << 15)
#define CPU_LOG_TB_OP_IND  (1u << 16)
#define CPU_LOG_TB_FPU     (1u << 17)
#define CPU_LOG_PLUGIN     (1u << 18)
#define LOG_STRACE         (1u << 19)
#define LOG_PER_THREAD     (1u << 20)
#define CPU_LOG_TB_VPU     (1u << 21)
#define LOG_INVALID_MEM    (1u << 24)

typedef struct QEMULogItem {
    int mask;
    const char *name; /* as in -d */
    const char *help;
} QEMULogItem;

/* Ends with a zero mask. */
extern const QEMULogItem qemu_log_items[];

/* Read through qemu_loglevel_mask(); set through qemu_set_log(). */
extern int qemu_loglevel;

static inline bool qemu_loglevel_mask(int mask)
{
    return (__atomic_load_n(&qemu_loglevel, __ATOMIC_RELAXED) & mask) != 0;
}

static inline bool qemu_log_enabled(void)
{
    return __atomic_load_n(&qemu_loglevel, __ATOMIC_RELAXED) != 0;
}

/* True if the log goes to a file of its own rather than to stderr. */
bool qemu_log_separate(void);

/* Opens a record: the log file, locked, or NULL when logging is off. */
FILE *qemu_log_trylock(void) QEMU_WARN_UNUSED_RESULT;
/* Closes the record and flushes it; NULL is allowed. */
void qemu_log_unlock(FILE *logfile);

void qemu_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void qemu_log_vprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

#define qemu_log_mask(MASK, FMT, ...)                                                              \
    do {                                                                                           \
        if (unlikely(qemu_loglevel_mask(MASK))) {                                                  \
            qemu_log(FMT, ##__VA_ARGS__);                                                          \
        }                                                                                          \
    } while (0)

/* As above, for records that belong to guest address @ADDR: -dfilter applies. */
#define qemu_log_mask_and_addr(MASK, ADDR, FMT, ...)                                               \
    do {                                                                                           \
        if (unlikely(qemu_loglevel_mask(MASK)) && qemu_log_in_addr_range(ADDR)) {                  \
            qemu_log(FMT, ##__VA_ARGS__);                                                          \
        }                                                                                          \
    } while (0)

/* Replaces the mask. The log file is opened when the mask first becomes nonzero. */
bool qemu_set_log(int log_flags, Error **errp);
/* -D: "%d" stands for the process id. NULL or "" is stderr. */
bool qemu_set_log_filename(const char *filename, Error **errp);
bool qemu_set_log_filename_flags(const char *filename, int flags, Error **errp);

/* -dfilter: comma separated start..end, start+length, end-length; NULL or "" clears. */
bool qemu_set_dfilter_ranges(const char *ranges, Error **errp);
/* True if no filter is set or one range has @addr. */
bool qemu_log_in_addr_range(uint64_t addr);

/* Parses "in_asm,int,...", "all" or "none"; 0 with *@errp naming the nearest item on failure. */
bool qemu_parse_log_mask(const char *str, int *mask, Error **errp);
/* The mask, or 0 if an item is unknown. */
int qemu_str_to_log_mask(const char *str);
/* What -d help prints. */
void qemu_print_log_usage(FILE *f);

#endif
