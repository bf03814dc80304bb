/* SPDX-License-Identifier: MIT */
/* x, xp and print: guest memory and values, in the formats that gdb made customary. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/bswap.h"
#include "system/address-spaces.h"
#include "system/memory.h"

#include "monitor-internal.h"

#define MAX_DUMP_COUNT 65536
#define BYTES_PER_LINE 16

typedef struct Format {
    unsigned count;
    char kind; /* x d u o c */
    unsigned size;
} Format;

/* "/[COUNT][KIND][SIZE]" at *text, which moves behind it; no slash keeps the defaults. */
static bool parse_format(Monitor *mon, const char **text, Format *f)
{
    const char *p = *text;
    uint64_t count = 0;
    bool have_size = false;

    if (*p != '/') {
        return true;
    }
    for (p++; g_ascii_isdigit(*p); p++) {
        count = MIN(count * 10 + (*p - '0'), UINT_MAX);
        f->count = count;
    }
    for (; *p && *p != ' '; p++) {
        static const char sizes[] = "bhwg";
        const char *size = strchr(sizes, *p);
        if (size) {
            f->size = 1u << (size - sizes);
            have_size = true;
        } else if (strchr("xduoc", *p)) {
            f->kind = *p;
        } else if (*p == 'i' || *p == 's') {
            monitor_printf(mon, "format '%c' is not supported yet; there are: x d u o c\n", *p);
            return false;
        } else {
            monitor_printf(mon, "unknown format '%c'; there are: x d u o c, sizes b h w g\n", *p);
            return false;
        }
    }
    if (f->kind == 'c' && !have_size) {
        f->size = 1;
    }
    if (f->count > MAX_DUMP_COUNT) {
        monitor_printf(mon, "at most %d items\n", MAX_DUMP_COUNT);
        return false;
    }
    *text = p + strspn(p, " ");
    return true;
}

static void print_value(Monitor *mon, char kind, unsigned size, uint64_t value)
{
    int64_t as_signed =
        size == 8 ? (int64_t)value : (int64_t)(value << (64 - 8 * size)) >> (64 - 8 * size);

    switch (kind) {
    case 'd':
        monitor_printf(mon, "%" PRId64, as_signed);
        break;
    case 'u':
        monitor_printf(mon, "%" PRIu64, value);
        break;
    case 'o':
        monitor_printf(mon, "0%" PRIo64, value);
        break;
    case 'c':
        monitor_printf(mon, value >= ' ' && value < 0x7f ? "'%c'" : "'\\x%02x'", (int)value);
        break;
    default:
        monitor_printf(mon, "0x%0*" PRIx64, (int)size * 2, value);
        break;
    }
}

typedef bool ReadFn(Monitor *mon, uint64_t addr, uint8_t *buf, unsigned len);

static bool read_physical(Monitor *mon, uint64_t addr, uint8_t *buf, unsigned len)
{
    return address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len) ==
           MEMTX_OK;
}

typedef struct PageLookup {
    uint64_t addr, phys;
} PageLookup;

/* In the CPU's own thread: the registers that point to the tables are its own. */
static void look_up_page(CPUState *cs, run_on_cpu_data data)
{
    PageLookup *lookup = data.host_ptr;
    lookup->phys = CPU_GET_CLASS(cs)->get_phys_page_debug(cs, lookup->addr);
}

/* Through the page tables of the chosen CPU, page by page of the smallest size. */
static bool read_virtual(Monitor *mon, uint64_t addr, uint8_t *buf, unsigned len)
{
    CPUState *cs = qemu_get_cpu(mon->cpu_index);

    while (len > 0) {
        unsigned n = MIN(len, 4096 - (addr & 4095));
        PageLookup page = { .addr = addr & ~4095ull };
        run_on_cpu(cs, look_up_page, RUN_ON_CPU_HOST_PTR(&page));
        if (page.phys == UINT64_MAX || !read_physical(mon, page.phys + (addr & 4095), buf, n)) {
            return false;
        }
        addr += n;
        buf += n;
        len -= n;
    }
    return true;
}

static uint64_t load_le(const uint8_t *buf, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = size; i-- > 0;) {
        value = value << 8 | buf[i];
    }
    return value;
}

/* One line of up to BYTES_PER_LINE bytes; false when they can not be read. */
static bool dump_line(Monitor *mon, const Format *f, uint64_t addr, unsigned items, ReadFn *read_fn)
{
    uint8_t buf[BYTES_PER_LINE];

    monitor_printf(mon, "%016" PRIx64 ":", addr);
    if (!read_fn(mon, addr, buf, items * f->size)) {
        monitor_printf(mon, " can not be read\n");
        return false;
    }
    for (unsigned i = 0; i < items; i++) {
        monitor_puts(mon, " ");
        print_value(mon, f->kind, f->size, load_le(buf + i * f->size, f->size));
    }
    monitor_puts(mon, "\n");
    return true;
}

static void dump(Monitor *mon, const char *args, ReadFn *read_fn)
{
    Format f = { .count = 1, .kind = 'x', .size = 4 };
    Error *err = NULL;
    uint64_t addr = mon->next_dump;

    if (!parse_format(mon, &args, &f)) {
        return;
    }
    if (*args && !monitor_parse_expr(&args, &addr, &err)) {
        monitor_handle_error(mon, err);
        return;
    }
    if (*args) {
        monitor_printf(mon, "what is '%s' behind the address?\n", args);
        return;
    }
    for (unsigned done = 0; done < f.count;) {
        unsigned items = MIN(f.count - done, BYTES_PER_LINE / f.size);
        if (!dump_line(mon, &f, addr, items, read_fn)) {
            return;
        }
        done += items;
        addr += items * f.size;
    }
    mon->next_dump = addr;
}

void hmp_memory_dump(Monitor *mon, const char *args)
{
    CPUState *cs = monitor_get_cpu(mon);

    if (!cs) {
        return;
    }
    if (!CPU_GET_CLASS(cs)->get_phys_page_debug) {
        monitor_printf(mon, "this CPU can not translate addresses for the monitor; use xp\n");
        return;
    }
    dump(mon, args, read_virtual);
}

void hmp_physical_memory_dump(Monitor *mon, const char *args)
{
    dump(mon, args, read_physical);
}

void hmp_print(Monitor *mon, const char *args)
{
    Format f = { .count = 1, .kind = 'x', .size = 8 };
    Error *err = NULL;
    uint64_t value;

    if (!parse_format(mon, &args, &f)) {
        return;
    }
    if (!monitor_parse_expr(&args, &value, &err)) {
        monitor_handle_error(mon, err);
        return;
    }
    if (*args) {
        monitor_printf(mon, "what is '%s' behind the expression?\n", args);
    } else if (f.kind == 'x') {
        monitor_printf(mon, "0x%" PRIx64 "\n", value);
    } else {
        print_value(mon, f.kind, f.kind == 'c' ? 1 : 8, f.kind == 'c' ? value & 0xff : value);
        monitor_puts(mon, "\n");
    }
}
