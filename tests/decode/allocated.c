/* SPDX-License-Identifier: MIT */
/*
 * Compares which A64 words are allocated: by the decode tables and the translator of -cpu max, and
 * by binutils' disassembler.
 *
 *   allocated [--all [--from PART]] [--jobs N] [--show N] EXCEPTIONS
 *
 * Without --all: one word of each 1024, and both sides of every table boundary. --from goes on with
 * a walk that was stopped behind part PART of 64.
 *
 * Words go to objdump in chunks, as a file in memory; its text comes back through a pipe and is
 * read as it comes. Each job is a process that takes every Nth chunk; its counts are in memory
 * shared with the parent, which adds them up. EXCEPTIONS has a line for each group of words where
 * the two may differ:
 *
 *   ours|theirs  bits...  "reason"
 *
 * where bits are 0, 1 and . (any), `ours` are words that only Quern has allocated. The first line
 * that matches counts. A difference without a line is an error, and so is, after a walk of all
 * words, a line that stood for none.
 */
#include "../unit/arm-test.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "target/arm/a64-decode.h"
#include "target/arm/a64-simd-decode.h"
#include "target/arm/tcg/translate.h"

#define CHUNK_BITS    20
#define CHUNK         (1u << CHUNK_BITS)
#define MAX_LINES     256
#define WORDS_PER_ROW 8

static const char objdump[] = "aarch64-linux-gnu-objdump";

typedef struct Exception {
    bool ours;
    uint32_t mask, value;
    char *reason;
} Exception;

/* One for each job, in shared memory. */
typedef struct Counts {
    uint64_t words, both, neither, excused[MAX_LINES], different;
} Counts;

static Exception lines[MAX_LINES];
static unsigned n_lines;
static unsigned max_shown = 40;
static TCGContext *context;
static CPUState *cpu;

/* --- Quern's side --- */

static bool is_allocated(uint32_t insn)
{
    DisasContext s = { .base = { .cs = cpu, .mode = MODE_PRIV | MODE_SPSEL, .pc_next = 4 } };

    s.cpu = ARM_CPU(cpu);
    s.isar = &s.cpu->env.isar;
    s.mode = s.base.mode;
    tcg_func_start(context);
    tcg_gen_insn_start(0);
    return disas_a64(&s, insn) || disas_a64_simd(&s, insn);
}

/* --- exceptions --- */

static void add_line(const char *path, unsigned number, char *text)
{
    char *bits = strpbrk(text, " \t"), *reason = strchr(text, '"');
    Exception *e = &lines[n_lines];
    unsigned n = 0;

    if (!bits || !reason || n_lines == MAX_LINES) {
        g_error("%s:%u: expected ours|theirs BITS \"REASON\"", path, number);
    }
    e->ours = g_str_has_prefix(text, "ours");
    e->reason = g_strdup(reason);
    for (char *p = bits; p < reason; p++) {
        if (*p == '0' || *p == '1' || *p == '.') {
            e->mask = e->mask << 1 | (*p != '.');
            e->value = e->value << 1 | (*p == '1');
            n++;
        }
    }
    if (n != 32) {
        g_error("%s:%u: %u bits", path, number, n);
    }
    n_lines++;
}

static void read_lines(const char *path)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) split = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_error("can not read %s", path);
    }
    split = g_strsplit(text, "\n", 0);
    for (unsigned i = 0; split[i]; i++) {
        if (split[i][0] && split[i][0] != '#') {
            add_line(path, i + 1, split[i]);
        }
    }
}

/* --- one chunk --- */

static void compare(Counts *c, uint32_t insn, bool theirs, const char *text)
{
    bool ours = is_allocated(insn);

    c->words++;
    if (ours == theirs) {
        *(ours ? &c->both : &c->neither) += 1;
        return;
    }
    for (unsigned i = 0; i < n_lines; i++) {
        if (lines[i].ours == ours && (insn & lines[i].mask) == lines[i].value) {
            c->excused[i]++;
            return;
        }
    }
    if (c->different++ < max_shown) {
        printf("# %08x is allocated for %s only: %s", insn, ours ? "Quern" : "binutils", text);
        fflush(stdout);
    }
}

/* A line is "   offset:\tword \ttext"; false for others. */
static bool parse_line(const char *line, uint32_t *insn, bool *allocated)
{
    const char *word = strchr(line, '\t'), *text = word ? strchr(word + 1, '\t') : NULL;

    if (!text) {
        return false;
    }
    *insn = strtoul(word + 1, NULL, 16);
    *allocated = !g_str_has_prefix(text + 1, ".inst");
    return true;
}

static void walk_chunk(Counts *c, const uint32_t *words, unsigned n)
{
    int fd = memfd_create("words", 0);
    g_autofree char *command = g_strdup_printf(
        "exec %s -M no-aliases -D -z -b binary -m aarch64 /proc/self/fd/%d", objdump, fd);
    char line[256];
    uint64_t before = c->words;
    FILE *pipe;

    if (fd < 0 || write(fd, words, n * 4ull) != n * 4ll || !(pipe = popen(command, "r"))) {
        g_error("can not start %s: %s", objdump, g_strerror(errno));
    }
    while (fgets(line, sizeof(line), pipe)) {
        uint32_t insn;
        bool allocated;

        if (parse_line(line, &insn, &allocated)) {
            g_assert_cmphex(insn, ==, words[c->words - before]);
            compare(c, insn, allocated, line);
        }
    }
    if (pclose(pipe) || c->words - before != n) {
        g_error("%s disassembled %" PRIu64 " of %u words", objdump, c->words - before, n);
    }
    close(fd);
}

/* --- which words --- */

static uint32_t mix(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352d;
    x = (x ^ x >> 15) * 0x846ca68b;
    return x ^ x >> 16;
}

static void add_row(GArray *out, const DecodeEntry *row)
{
    uint32_t edges[] = { row->value, row->value | ~row->mask, row->value - 1,
                         (row->value | ~row->mask) + 1 };

    g_array_append_vals(out, edges, ARRAY_SIZE(edges));
    for (unsigned bit = 0; bit < 33; bit++) {
        for (unsigned n = 0; n < WORDS_PER_ROW; n++) {
            uint32_t word = row->value | (mix(out->len) & ~row->mask);

            word ^= bit < 32 ? 1u << bit : 0;
            g_array_append_val(out, word);
        }
    }
}

static GArray *words_of_rows(void)
{
    GArray *out = g_array_new(false, false, 4);

    for (size_t i = 0; i < A64_ENCODINGS; i++) {
        add_row(out, &a64_encodings[i]);
    }
    for (size_t i = 0; i < A64_SIMD_ENCODINGS; i++) {
        add_row(out, &a64_simd_encodings[i]);
    }
    return out;
}

static void walk_range(Counts *c, uint64_t begin, unsigned stride)
{
    static uint32_t words[CHUNK];

    for (unsigned i = 0; i < CHUNK; i++) {
        uint64_t n = (begin + i) * stride;
        words[i] = stride > 1 ? n | (mix(n) & (stride - 1)) : n;
    }
    walk_chunk(c, words, CHUNK);
}

/* --- jobs --- */

static unsigned first_part;

static void run_job(Counts *all, unsigned job, unsigned jobs, unsigned stride)
{
    uint64_t chunks = (1ull << 32) / stride / CHUNK;

    for (uint64_t n = first_part * (chunks / 64) + job; n < chunks; n += jobs) {
        walk_range(&all[job], n * CHUNK, stride);
        if (stride == 1 && n % 64 == 0) {
            printf("# %3u of %3u parts of a job, %" PRIu64 " differences so far\n",
                   (unsigned)(n / 64 + 1), (unsigned)(chunks / 64), all[job].different);
            fflush(stdout);
        }
    }
    if (stride > 1 && job == 0) {
        g_autoptr(GArray) rows = words_of_rows();
        walk_chunk(&all[0], (const uint32_t *)rows->data, rows->len);
    }
}

static bool run_jobs(Counts *all, unsigned jobs, unsigned stride)
{
    bool good = true;
    int status;

    fflush(stdout);
    for (unsigned job = 0; job < jobs; job++) {
        if (fork() == 0) {
            run_job(all, job, jobs, stride);
            _exit(0);
        }
    }
    while (wait(&status) > 0) {
        good &= status == 0;
    }
    return good;
}

static int report(const Counts *all, unsigned jobs, bool complete)
{
    Counts sum = { 0 };
    unsigned unused = 0;

    for (unsigned j = 0; j < jobs; j++) {
        for (unsigned i = 0; i < sizeof(sum) / 8; i++) {
            ((uint64_t *)&sum)[i] += ((const uint64_t *)&all[j])[i];
        }
    }
    for (unsigned i = 0; i < n_lines; i++) {
        printf("# %10" PRIu64 " words %s: %s\n", sum.excused[i],
               lines[i].ours ? "only Quern has" : "only binutils has", lines[i].reason);
        unused += complete && !sum.excused[i];
    }
    printf("# %" PRIu64 " words: %" PRIu64 " allocated, %" PRIu64 " unallocated, %" PRIu64
           " listed, %" PRIu64 " differences; %u lines of the list stand for nothing\n",
           sum.words, sum.both, sum.neither, sum.words - sum.both - sum.neither - sum.different,
           sum.different, unused);
    return sum.different || unused;
}

int main(int argc, char **argv)
{
    unsigned jobs = 2, stride = 1024;
    const char *list = NULL;
    Counts *all;
    bool good;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--all")) {
            stride = 1;
        } else if (!strcmp(argv[i], "--from") && i + 1 < argc) {
            first_part = atoi(argv[++i]);
        } else if (!strcmp(argv[i], "--jobs") && i + 1 < argc) {
            jobs = atoi(argv[++i]);
        } else if (!strcmp(argv[i], "--show") && i + 1 < argc) {
            max_shown = atoi(argv[++i]);
        } else {
            list = argv[i];
        }
    }
    if (!list || jobs < 1 || jobs > 64 || first_part > 63) {
        fprintf(stderr, "usage: %s [--all [--from PART]] [--jobs N] [--show N] EXCEPTIONS\n",
                argv[0]);
        return 2;
    }
    if (!g_find_program_in_path(objdump)) {
        printf("%s is not installed\n", objdump);
        return 77;
    }
    read_lines(list);
    arm_test_init();
    cpu = env_cpu(arm_test_cpu(ARM_CPU_TYPE_NAME("max")));
    context = tcg_context_new(arm_tcg_ops.globals, arm_tcg_ops.n_globals, NULL);
    all = mmap(NULL, jobs * sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
               0);
    good = run_jobs(all, jobs, stride);
    return report(all, jobs, stride == 1 && !first_part) || !good;
}
