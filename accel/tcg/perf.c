/* SPDX-License-Identifier: MIT */
/*
 * What Linux' perf is told about translated code. -perfmap writes /tmp/perf-PID.map, one line a
 * block: address, size, name. -jitdump writes ./jit-PID.dump with the code itself and time stamps
 * (tools/perf/Documentation/jitdump-specification.txt), so that code that was evicted meanwhile is
 * told from what came after it, and perf annotate shows it: perf record -k 1, perf inject --jit.
 *
 * Blocks come under tb_lock, one after the other; the files are opened before.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qapi/error.h"
#include "qemu/timer.h"
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { JIT_CODE_LOAD = 0, JIT_CODE_CLOSE = 3 };

typedef struct JitHeader {
    uint32_t magic, version, total_size, elf_mach, pad, pid;
    uint64_t timestamp, flags;
} JitHeader;

typedef struct JitLoad {
    uint32_t id, total_size;
    uint64_t timestamp;
    uint32_t pid, tid;
    uint64_t vma, code_addr, code_size, code_index;
} JitLoad;

static FILE *map_file, *dump_file;
static uint64_t code_index;

static FILE *open_file(char *path, const char *option, Error **errp)
{
    FILE *f = fopen(path, "w+");

    if (!f) {
        error_setg_errno(errp, errno, "%s: can not write '%s'", option, path);
    }
    g_free(path);
    return f;
}

static bool open_map(Error **errp)
{
    map_file = open_file(g_strdup_printf("/tmp/perf-%d.map", getpid()), "-perfmap", errp);
    if (!map_file) {
        return false;
    }
    setlinebuf(map_file); /* perf may look at any time, and we may be killed */
    return true;
}

/* Blocks that come later are lost, which nobody will miss. */
static void close_dump(void)
{
    const struct {
        uint32_t id, total_size;
        uint64_t timestamp;
    } r = { JIT_CODE_CLOSE, sizeof(r), get_clock() };

    fwrite(&r, sizeof(r), 1, dump_file);
    fflush(dump_file);
}

static bool open_dump(Error **errp)
{
    const JitHeader h = { .magic = 0x4a695444,
                          .version = 1,
                          .total_size = sizeof(h),
                          .elf_mach = EM_X86_64,
                          .pid = getpid(),
                          .timestamp = get_clock() };

    dump_file = open_file(g_strdup_printf("jit-%d.dump", getpid()), "-jitdump", errp);
    if (!dump_file) {
        return false;
    }
    fwrite(&h, sizeof(h), 1, dump_file);
    fflush(dump_file);
    /* An executable mapping of the file is how perf record learns of it. */
    if (mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_EXEC, MAP_PRIVATE, fileno(dump_file),
             0) == MAP_FAILED) {
        error_setg_errno(errp, errno, "-jitdump: can not map the file for perf to see");
        return false;
    }
    atexit(close_dump);
    return true;
}

bool tcg_perf_open(Error **errp)
{
    return (!tcg_state.perfmap || open_map(errp)) && (!tcg_state.jitdump || open_dump(errp));
}

void tcg_perf_code(const char *name, const uint8_t *code, size_t size)
{
    if (map_file) {
        fprintf(map_file, "%" PRIxPTR " %zx %s\n", (uintptr_t)code, size, name);
    }
    if (dump_file) {
        const JitLoad r = { .id = JIT_CODE_LOAD,
                            .total_size = sizeof(r) + strlen(name) + 1 + size,
                            .timestamp = get_clock(),
                            .pid = getpid(),
                            .tid = syscall(SYS_gettid),
                            .vma = (uintptr_t)code,
                            .code_addr = (uintptr_t)code,
                            .code_size = size,
                            .code_index = code_index++ };
        fwrite(&r, sizeof(r), 1, dump_file);
        fwrite(name, strlen(name) + 1, 1, dump_file);
        fwrite(code, size, 1, dump_file);
    }
}

void tcg_perf_block(const TranslationBlock *tb, uint64_t pc)
{
    if (!map_file && !dump_file) {
        return;
    }
    g_autofree char *symbol = tcg_symbol_text(pc);
    g_autofree char *name =
        g_strdup_printf("guest-0x%" PRIx64 "%s%s", pc, *symbol ? ":" : "", symbol);
    tcg_perf_code(name, tb->code, tb->code_size);
}
