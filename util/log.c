/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/log.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/thread.h"

typedef struct LogRange {
    uint64_t first, last;
} LogRange;

/* An immutable array behind a pointer: readers are in the middle of translation. */
typedef struct LogFilter {
    unsigned n;
    LogRange range[];
} LogFilter;

int qemu_loglevel; /* atomic */

static struct {
    QemuMutex lock; /* everything below, and the writing of a record */
    FILE *file;     /* NULL: stderr */
    char *filename;
    bool append;       /* the file was ours before: do not truncate */
    LogFilter *filter; /* atomic; NULL: everything passes */
    /* Readers may be in an old filter. It is set once or twice in a life: old ones are kept. */
    GSList *retired;
} log_state = { .lock = { PTHREAD_MUTEX_INITIALIZER } };

/* How many records this thread has open: a record may be written while another is. */
static __thread unsigned log_depth;

const QEMULogItem qemu_log_items[] = {
    { CPU_LOG_TB_OUT_ASM, "out_asm", "show generated host code for each translated block" },
    { CPU_LOG_TB_IN_ASM, "in_asm", "show guest code for each translated block" },
    { CPU_LOG_TB_OP, "op", "show the IR of each translated block" },
    { CPU_LOG_TB_OP_OPT, "op_opt", "show the IR after optimisation" },
    { CPU_LOG_TB_OP_IND, "op_ind", "show the IR before indirect lowering" },
    { CPU_LOG_INT, "int", "show interrupts and exceptions" },
    { CPU_LOG_EXEC, "exec", "show each block before it is executed" },
    { CPU_LOG_TB_CPU, "cpu", "show CPU registers before each block" },
    { CPU_LOG_TB_FPU, "fpu", "include floating-point registers in 'cpu'" },
    { CPU_LOG_TB_VPU, "vpu", "include vector registers in 'cpu'" },
    { CPU_LOG_MMU, "mmu", "show MMU activity" },
    { CPU_LOG_PCALL, "pcall", "x86: show protected mode far calls, returns and exceptions" },
    { CPU_LOG_RESET, "cpu_reset", "show CPU state before each reset" },
    { LOG_UNIMP, "unimp", "report use of functionality that is not implemented" },
    { LOG_GUEST_ERROR, "guest_errors", "report what the guest does wrong" },
    { CPU_LOG_PAGE, "page", "show memory layout at start of user-mode emulation" },
    { CPU_LOG_TB_NOCHAIN, "nochain", "do not chain blocks, so that 'exec' and 'cpu' are complete" },
    { LOG_STRACE, "strace", "show user-mode system calls" },
    { LOG_INVALID_MEM, "invalid_mem", "report accesses to memory that is not there" },
    { 0, NULL, NULL },
};

bool qemu_log_separate(void)
{
    bool separate;

    qemu_mutex_lock(&log_state.lock);
    separate = log_state.file != NULL;
    qemu_mutex_unlock(&log_state.lock);
    return separate;
}

FILE *qemu_log_trylock(void)
{
    if (!qemu_log_enabled()) {
        return NULL;
    }
    if (log_depth++ == 0) {
        qemu_mutex_lock(&log_state.lock);
    }
    return log_state.file ? log_state.file : stderr;
}

void qemu_log_unlock(FILE *logfile)
{
    if (!logfile) {
        return;
    }
    assert(log_depth > 0);
    if (--log_depth == 0) {
        fflush(logfile);
        qemu_mutex_unlock(&log_state.lock);
    }
}

void qemu_log_vprintf(const char *fmt, va_list ap)
{
    FILE *f = qemu_log_trylock();

    if (f) {
        vfprintf(f, fmt, ap);
        qemu_log_unlock(f);
    }
}

void qemu_log(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    qemu_log_vprintf(fmt, ap);
    va_end(ap);
}

static void log_close_locked(void)
{
    if (log_state.file) {
        fclose(log_state.file);
        log_state.file = NULL;
    }
}

static bool log_open_locked(Error **errp)
{
    if (log_state.file || !log_state.filename) {
        return true;
    }
    log_state.file = fopen(log_state.filename, log_state.append ? "ae" : "we");
    if (!log_state.file) {
        error_setg_errno(errp, errno, "Could not open log file '%s'", log_state.filename);
        return false;
    }
    log_state.append = true;
    return true;
}

bool qemu_set_log(int log_flags, Error **errp)
{
    bool ok = true;

    qemu_mutex_lock(&log_state.lock);
    if (log_flags) {
        ok = log_open_locked(errp);
    } else {
        log_close_locked();
    }
    qatomic_set(&qemu_loglevel, ok ? log_flags : 0);
    qemu_mutex_unlock(&log_state.lock);
    return ok;
}

/* @filename with the process id for "%d"; NULL with an error for any other '%'. */
static char *log_expand_filename(const char *filename, Error **errp)
{
    const char *percent = strchr(filename, '%');

    if (!percent) {
        return g_strdup(filename);
    }
    if (percent[1] != 'd' || strchr(percent + 1, '%')) {
        error_setg(errp,
                   "Bad log file name '%s': '%%' must be followed by 'd', once, "
                   "for the process id",
                   filename);
        return NULL;
    }
    return g_strdup_printf("%.*s%d%s", (int)(percent - filename), filename, (int)getpid(),
                           percent + 2);
}

bool qemu_set_log_filename_flags(const char *filename, int flags, Error **errp)
{
    char *expanded = NULL;

    if (filename && *filename) {
        expanded = log_expand_filename(filename, errp);
        if (!expanded) {
            return false;
        }
    }
    qemu_mutex_lock(&log_state.lock);
    log_close_locked();
    g_free(log_state.filename);
    log_state.filename = expanded;
    log_state.append = false;
    qemu_mutex_unlock(&log_state.lock);
    return qemu_set_log(flags, errp);
}

bool qemu_set_log_filename(const char *filename, Error **errp)
{
    return qemu_set_log_filename_flags(filename, qatomic_read(&qemu_loglevel), errp);
}

static bool log_parse_range(const char *s, LogRange *r, Error **errp)
{
    const char *op, *tail = NULL;
    uint64_t a, b;
    bool ok = qemu_strtou64(s, &op, 0, &a) == 0;

    if (ok && strstart(op, "..", &tail)) {
        ok = qemu_strtou64(tail, NULL, 0, &b) == 0 && a <= b;
        *r = (LogRange){ a, b };
    } else if (ok && (*op == '+' || *op == '-')) {
        ok = qemu_strtou64(op + 1, NULL, 0, &b) == 0 && b > 0;
        b = ok ? b - 1 : 0;
        ok = ok && (*op == '+' ? a <= UINT64_MAX - b : a >= b);
        *r = *op == '+' ? (LogRange){ a, a + b } : (LogRange){ a - b, a };
    } else {
        ok = false;
    }
    if (!ok) {
        error_setg(errp,
                   "Bad address range '%s' in -dfilter: expected START..END, START+LENGTH "
                   "or END-LENGTH",
                   s);
    }
    return ok;
}

bool qemu_set_dfilter_ranges(const char *ranges, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(ranges ? ranges : "", ",", 0);
    unsigned n = g_strv_length(parts);
    LogFilter *filter = NULL;

    if (n) {
        filter = g_malloc0(sizeof(*filter) + n * sizeof(filter->range[0]));
        filter->n = n;
        for (unsigned i = 0; i < n; i++) {
            if (!log_parse_range(parts[i], &filter->range[i], errp)) {
                g_free(filter);
                return false;
            }
        }
    }
    qemu_mutex_lock(&log_state.lock);
    if (log_state.filter) {
        log_state.retired = g_slist_prepend(log_state.retired, log_state.filter);
    }
    qatomic_rcu_set(&log_state.filter, filter);
    qemu_mutex_unlock(&log_state.lock);
    return true;
}

bool qemu_log_in_addr_range(uint64_t addr)
{
    const LogFilter *filter = qatomic_rcu_read(&log_state.filter);

    if (!filter) {
        return true;
    }
    for (unsigned i = 0; i < filter->n; i++) {
        if (addr >= filter->range[i].first && addr <= filter->range[i].last) {
            return true;
        }
    }
    return false;
}

static int log_all_items(void)
{
    int mask = 0;

    for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
        mask |= item->mask;
    }
    return mask;
}

static int log_item_mask(const char *name)
{
    for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
        if (strcmp(item->name, name) == 0) {
            return item->mask;
        }
    }
    return strcmp(name, "all") == 0 ? log_all_items() : 0;
}

bool qemu_parse_log_mask(const char *str, int *mask, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(str, ",", 0);

    *mask = 0;
    if (!*str) {
        error_setg(errp, "expected log items, as in -d guest_errors,unimp");
        return false;
    }
    for (char **part = parts; *part; part++) {
        int bit = log_item_mask(*part);
        NearestName near = nearest_name_init(*part);
        const char *hint;

        *mask |= bit;
        if (bit || strcmp(*part, "none") == 0) {
            continue;
        }
        for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
            nearest_name_add(&near, item->name);
        }
        hint = nearest_name_get(&near);
        error_setg(errp, "Unknown log item '%s'%s%s%s", *part, hint ? "; did you mean '" : "",
                   hint ? hint : "", hint ? "'?" : "; '-d help' lists them");
        *mask = 0;
        return false;
    }
    return true;
}

int qemu_str_to_log_mask(const char *str)
{
    int mask;

    return qemu_parse_log_mask(str, &mask, NULL) ? mask : 0;
}

void qemu_print_log_usage(FILE *f)
{
    fprintf(f, "Log items (comma separated):\n");
    for (const QEMULogItem *item = qemu_log_items; item->mask; item++) {
        fprintf(f, "%-15s %s\n", item->name, item->help);
    }
}
