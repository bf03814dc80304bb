/* SPDX-License-Identifier: MIT */
/*
 * Translated execution: data shared by the files of accel/tcg.
 *
 * Locking: tb_lock protects blocks, their links, the hash, page lists and the code cache. A context
 * slot belongs to its vCPU's thread. Lock order: big lock, then tb_lock.
 */
#ifndef ACCEL_TCG_INTERNAL_H
#define ACCEL_TCG_INTERNAL_H

#include "hw/core/cpu.h"
#include "qemu/atomic.h"
#include "qemu/thread.h"
#include "system/memory.h"
#include "tcg/host.h"
#include "tcg/interp.h"
#include "tcg/translator.h"

#define GUEST_PAGE      4096
/* A mode bit of ours: blocks of one instruction, never linked; translators do not see it. */
#define MODE_DEBUG      0x80000000u
#define GUEST_PAGE_MASK (~(uint64_t)(GUEST_PAGE - 1))

/* A TCGEdge of a block, places being offsets from the block's code. */
typedef struct TBEdge {
    TranslationBlock *dest; /* NULL: not linked */
    struct TBEdge *next_in; /* in dest's list of incoming edges */
    uint32_t patch;         /* 0: no such edge */
    uint32_t unlinked;
    uint16_t off;
    uint8_t taken; /* from `unlinked` */
    uint8_t index; /* among its block's */
} TBEdge;

/* What only some need to know of a block. */
typedef struct TBExtra {
    IRBlock *ir;         /* for the interpreter; NULL with the JIT */
    uint64_t pc;         /* where it was mapped when it was translated */
    uint64_t runs;       /* with profile= */
    uint32_t host_insns; /* frequent ones behind the direct entry, with profile= */
} TBExtra;

/*
 * One translated block; lives in its segment's data arena, its edges and rows right behind it.
 * There are many, and in small caches they take more memory than their code.
 */
struct TranslationBlock {
    TranslationBlock *hash_next, *page_next;
    TBEdge *incoming;
    TBExtra *extra;      /* with interp=on or profile=; else NULL */
    uint8_t *code;       /* as executed: its indirect entry; rows' offsets count from here */
    ram_addr_t ram_addr; /* of its first instruction */
    uint64_t lines;      /* of 64 bytes in the page that have some of its instructions */
    uint32_t mode;
    uint32_t code_size;
    int32_t countdown;     /* backward edges until it leaves with TCG_EXIT_HOT */
    uint16_t off;          /* of its entry in the page */
    uint16_t low, size;    /* its instructions lie in [low, low + size) */
    uint16_t direct, loop; /* from `code`: its direct entry, and that of its own edges */
    uint16_t n_insns;
    uint16_t n_rows;
    uint8_t n_edges;
    uint8_t segment;
    uint8_t entry_mask;
    bool dense;
    bool used;     /* (tb_lock) since its segment's marks were cleared */
    bool dead;     /* not to be found or linked any more */
    TBEdge edge[]; /* n_edges of them */
};

static inline TranslationBlock *tb_of_edge(const TBEdge *e)
{
    return (TranslationBlock *)((uint8_t *)(e - e->index) - offsetof(TranslationBlock, edge));
}

static inline TCGRow *tb_rows(const TranslationBlock *tb)
{
    return (TCGRow *)&tb->edge[tb->n_edges];
}

/* What is known of one RAM page; the table is indexed by RAM address. */
typedef struct PageDesc {
    TranslationBlock *first;
    uint64_t lines;       /* bit n: code in bytes [64 n, 64 n + 64) */
    uint64_t writable_at; /* (atomic) virtual page of the only writable mapping; see below */
    bool code;            /* (atomic; set under tb_lock) may have blocks: writes are slow */
} PageDesc;
#define WRITABLE_NOWHERE 1 /* never an address of a page */
#define WRITABLE_MANY    2

/* The slow side of a TLB entry. */
typedef struct TLBFull {
    uint64_t tag;  /* virtual page, with tag bits; TLB_NO_PAGE: empty */
    uint8_t prot;  /* 0 as well if it was never filled: memory begins as zeros */
    bool listed;   /* in tlb_filled */
    bool fetched;  /* jump-cache entries or pairs may depend on it */
    bool watched;  /* has a watchpoint */
    bool readonly; /* RAM whose writes are dropped */
    uint8_t log_mask;
    uint32_t code_mode; /* as in TLBFill */
    MemTxAttrs attrs;
    hwaddr phys;
    uint8_t *host;       /* of the page; NULL: not direct */
    ram_addr_t ram_addr; /* (atomic: other vCPUs look for pages with code); NO_RAM_ADDR */
} TLBFull;
#define TLB_NO_PAGE 1
#define NO_RAM_ADDR (~(ram_addr_t)0)

#define N_SLOTS 8
#define N_LARGE 4

/*
 * Which entries of the jump cache are not empty, so that clearing one that was little used is
 * cheap. An entry may be listed twice, or be empty again; once the list is full nothing is known.
 */
#define N_FILLED 512
typedef struct FilledEntries {
    unsigned n; /* over N_FILLED: unknown */
    uint16_t index[N_FILLED];
} FilledEntries;

/* The slow side of a slot: mapped when it is first used, and only what is touched takes memory. */
typedef struct SlotTables {
    TLBFull full[TCG_TLB_SIZE];
    uint16_t filled[TCG_TLB_SIZE]; /* (atomic; the vCPU's thread writes) see n_filled */
} SlotTables;

#define N_ORPHANS 4096

typedef struct ContextSlot {
    TCGContextSlot *fast;
    TLBFull *full;
    /* The TLB entries that were filled since it was cleared: filled[0 .. n_filled - 1]. They may be
     * empty again. */
    uint16_t *filled;
    unsigned n_filled; /* (atomic) */
    /* The jump cache may know pages that left a TLB entry of this index, modulo N_ORPHANS. */
    bool orphans[N_ORPHANS];
    FilledEntries jc_filled;
    uint64_t key;
    bool valid; /* (atomic) */
    bool unpriv;
    uint64_t used; /* for replacement */
    unsigned n_large;
    struct {
        uint64_t first, last;
    } large[N_LARGE]; /* mapped by pages larger than 4 KiB */
} ContextSlot;

/* Events of one vCPU: written by its thread, read by any (info jit). */
typedef struct TCGCpuStats {
    uint64_t exits[TCG_N_EXITS], tlb_fills, slow_reads, slow_writes, io, flush_all, flush_page,
        irqs, exceptions;
} TCGCpuStats;

/* TLB invalidations from other vCPUs; quiesce.c. */
#define TCG_RING_SIZE 32
typedef struct TCGRing {
    QemuSpin lock;
    unsigned n; /* more than TCG_RING_SIZE: everything is to be flushed */
    struct TCGRemoteOp {
        TLBRemoteFn *fn;
        uint64_t arg;
    } op[TCG_RING_SIZE];
    uint64_t posted, done; /* (atomic) operations so far */
} TCGRing;

/* A vCPU's way through a loop, while it is found out; tier.c. */
#define TRACE_MAX_PATH  24
#define TRACE_MAX_INSNS 300

typedef struct TCGTrace {
    enum { TRACE_OFF, TRACE_RECORDING, TRACE_DONE } state;
    uint64_t pc;   /* where the next block has to begin */
    unsigned head; /* page offset of the loop's first block */
    unsigned n, n_insns;
    uint16_t path[TRACE_MAX_PATH]; /* offsets of the blocks behind it */
    const TranslationBlock *tb;    /* the block being run */
} TCGTrace;

#define EPOCH_NONE UINT64_MAX /* not executing */

typedef struct TCGCpu {
    CPUState *cs;
    const TCGTargetOps *ops;
    TCGEnv *env;
    TCGEnvCold *cold;
    ContextSlot slot[N_SLOTS];
    TCGContextSlot *fast;    /* N_SLOTS of them */
    ContextSlot *cur;        /* NULL: to be found out */
    ContextSlot *cur_unpriv; /* that of unprivileged accesses from `cur`; NULL likewise */
    uint64_t tick;
    void *pair_stack;
    size_t pair_size;
    bool one_insn;       /* the next block is a single instruction that nobody keeps */
    bool flush_pending;  /* (atomic) asked for by another thread */
    bool jc_pending;     /* (atomic) */
    bool unlink_pending; /* (atomic) all links between blocks are to be undone */
    bool interpreting;
    bool sampled; /* the next block was about to be entered when it was left with TCG_EXIT_SAMPLE */
    TCGInterpExit interp; /* of the block being interpreted */
    TCGCpuStats stats;
    TCGTrace trace;
    const TranslationBlock *block; /* run last from the loop */
    TBEdge *taken;                 /* unlinked edge by which the last block was left; NULL: none */
    /* quiesce.c */
    TCGRing ring;
    uint64_t epoch;      /* (atomic) of the last safe point */
    uint64_t cleared_at; /* epoch of the jump caches and pairs */
    uint64_t wait_epoch; /* the next block needs memory that is free from this epoch on; or 0 */
    bool tlb_quiet;      /* (atomic) will empty the ring before it uses its TLB */
    bool sync_needed;    /* has put something into other vCPUs' rings */
} TCGCpu;

/* One more of @field in the statistics of the vCPU whose thread this is. */
#define TCG_COUNT(t, field) qatomic_set(&(t)->stats.field, (t)->stats.field + 1)

/* Settings and state of the accelerator as a whole. */
typedef struct TCGGlobalState {
    const TCGTargetOps *ops;
    const TCGHost *host; /* NULL: interpreter */
    bool interp;
    bool icount;             /* icount.c */
    bool multi_asked;        /* thread=multi was */
    bool no_barriers;        /* barriers=off */
    bool single;             /* thread=single: roundrobin.c */
    bool count;              /* blocks count their executions, for info jit */
    char *profile, *symbols; /* files of profile=, profile-symbols=; NULL: none */
    bool perfmap, jitdump;
    bool split_wx;
    enum { DENSE_AUTO, DENSE_ON, DENSE_OFF } dense; /* dense.c */
    ptrdiff_t exec_offset; /* code is executed so far from where it is written */
    unsigned tb_size_mib;
    unsigned max_insns;
    int32_t hot;    /* rounds after which a loop becomes a region; 0: never */
    uint64_t epoch; /* (atomic) */
    QemuMutex tb_lock;
    struct TCGStats {                                          /* (tb_lock) */
        uint64_t blocks, guest_insns, guest_bytes, host_bytes; /* translated since start */
        uint64_t hot_bytes;                                    /* of host_bytes: frequent paths */
        uint64_t returned; /* blocks translated although they had been before, and evicted */
        uint64_t evictions, evicted_blocks, invalidated, links, lookups, smc, regions;
    } stats;
} TCGGlobalState;

extern TCGGlobalState tcg_state;

static inline uint8_t *tcg_exec_addr(uint8_t *written)
{
    return written + tcg_state.exec_offset;
}

static inline uint8_t *tcg_write_addr(const uint8_t *executed)
{
    return (uint8_t *)executed - tcg_state.exec_offset;
}

static inline TCGCpu *tcg_cpu(CPUState *cs)
{
    return cs->tcg;
}

uint64_t *tcg_pc(TCGCpu *t);

/* ---- codebuf.c ---- */
/* For code, as it is written; *errp on failure. */
uint8_t *tcg_map_code(size_t size, Error **errp);
uint8_t *tcg_map_data(size_t size, bool huge, Error **errp);

/* ---- cache.c: the code cache ---- */
bool tcg_cache_init(unsigned mib, Error **errp);
/* The next block will be this one: chooses where it goes. */
void tcg_cache_begin(ram_addr_t addr, uint32_t mode, bool dense);
/* Room for one block: code in [*buf, *end). False: see tcg_cache_next_segment. */
bool tcg_cache_reserve(uint8_t **buf, uint8_t **end);
/*
 * Gives up on the current segment: it is too full. False: other vCPUs may still execute in the
 * next one, until tcg_epoch_passed(tcg_cache_wait_for()).
 */
bool tcg_cache_next_segment(void);
uint64_t tcg_cache_wait_for(void);
void tcg_cache_commit(TranslationBlock *tb);
void *tcg_cache_data(size_t bytes);         /* from the current segment's data arena; NULL: full */
void tcg_cache_touch(TranslationBlock *tb); /* it is used; see evict.c */
/* The block that @host_pc lies in. No lock: the caller executes there. */
TranslationBlock *tcg_cache_find(const void *host_pc);
unsigned tcg_cache_segments(void);
/* Undoes all links between blocks. */
void tcg_cache_unlink_all(void);
void tcg_cache_usage(size_t *used, size_t *size, unsigned *blocks);

void tcg_cache_foreach(void (*fn)(TranslationBlock *tb)); /* dead ones too */

/* ---- dense.c; under tb_lock ---- */
#define TCG_DENSE_PERIOD 2048 /* entries of dense blocks for one that is a sample */
bool tcg_dense_wanted(ram_addr_t addr, uint32_t mode);
/* What begins at @addr is executed often; or the loop from page offset @head that @tb closes (takes
 * the lock). */
void tcg_dense_hot_loop(const TranslationBlock *tb, unsigned head);
void tcg_dense_sampled(ram_addr_t addr);
/* @tb goes, and the next one of its name will not be dense. */
void tcg_dense_refuse(TranslationBlock *tb);

/* ---- blocks.c ---- */
void tb_table_init(void);
/* A hash of a block's name; its upper bits are the best. */
static inline uint64_t tb_hash_name(ram_addr_t addr, uint32_t mode)
{
    return ((addr >> 2) ^ ((uint64_t)mode << 40)) * 0x9e3779b97f4a7c15ull;
}
TranslationBlock *tb_lookup(ram_addr_t addr, uint32_t mode);
void tb_insert(TranslationBlock *tb);
/* Takes a block out of everything: hash, page, links. Its memory stays. */
void tb_kill(TranslationBlock *tb);
/* Kills a block that may be reached still: it is taken out of the jump caches, too. */
void tb_drop(TranslationBlock *tb);
void tb_link(TBEdge *e, TranslationBlock *dest);
void tb_unlink(TranslationBlock *tb); /* its own edges */
void tb_unlink_incoming(TranslationBlock *tb);
PageDesc *page_desc(ram_addr_t addr);
/* PageDesc.lines of @len bytes at page offset @off. */
uint64_t tb_line_mask(unsigned off, unsigned len);
/* Kills the blocks that overlap [addr, addr + len) of one page; whether @current was one. */
bool tb_invalidate_page_range(ram_addr_t addr, unsigned len, const TranslationBlock *current);
void tb_code_write_hook(ram_addr_t start, ram_addr_t len);

/* ---- translate.c ---- */
typedef struct TBRequest {
    ram_addr_t addr;     /* of the first instruction */
    const uint8_t *page; /* its page's bytes */
    uint32_t mode;
    uint64_t pc; /* for logging */
    unsigned max_insns;
    bool keep;            /* else it is run once: not to be found or linked */
    const uint16_t *path; /* of a region: see DisasContextBase */
    unsigned path_len;
} TBRequest;
/* NULL: the code cache has no room before tcg_cache_wait_for(). */
TranslationBlock *tb_generate(CPUState *cs, const TBRequest *rq);

/* ---- tier.c ---- */
/* (tb_lock) Whether a block of that name has counted down: the next one does not count. */
bool tcg_has_counted(ram_addr_t addr, uint32_t mode);
/* @tb, left at a backward edge to @pc, is hot: records the way from there. */
void tcg_trace_begin(TCGCpu *t, TranslationBlock *tb, uint64_t pc);
void tcg_trace_block(TCGCpu *t, const TranslationBlock *tb);
void tcg_trace_step(TCGCpu *t);
TranslationBlock *tcg_make_region(CPUState *cs, ram_addr_t addr, const uint8_t *page,
                                  uint32_t mode);

/* ---- context.c, tlb.c ---- */
void tcg_context_init(TCGCpu *t);
ContextSlot *tcg_current_slot(TCGCpu *t);
ContextSlot *tcg_unpriv_slot(TCGCpu *t);
void tcg_reset_pairs(TCGCpu *t);
void tcg_clear_jump_caches(TCGCpu *t);
void tlb_do_flush(TCGCpu *t);
/* The entry for @addr with the right to @type; raises the fault, or NULL with @probe. */
TLBFull *tlb_entry(CPUState *cs, ContextSlot *s, uint64_t addr, unsigned size, MMUAccessType type,
                   bool probe);
void tlb_protect_page(ram_addr_t page);
void tlb_set_writable(ContextSlot *s, TLBFull *f);
uint64_t tlb_empty_tag(unsigned index);

/* The write tag is also written by tlb_protect_page, from any thread. */
static inline void tlb_empty_entry(TCGTLBEntry *e, uint64_t tag)
{
    e->rtag = e->xtag = tag;
    e->addend = 0;
    qatomic_set(&e->wtag, tag);
}

/* ---- quiesce.c ---- */
/* Between blocks: nothing that was known of code is kept if the epoch is a new one (true). */
bool tcg_safe_point(TCGCpu *t);
/* (tb_lock) Tells all vCPUs to come to a safe point; when they have, the result has passed. */
uint64_t tcg_new_epoch(void);
bool tcg_epoch_passed(uint64_t epoch);
/* For about a millisecond; with no lock held, from outside of tcg_cpu_exec. */
void tcg_wait_epoch(uint64_t epoch);
void tcg_drain_ring(TCGCpu *t);
void tcg_begin_exec(TCGCpu *t);
void tcg_end_exec(TCGCpu *t);

/* ---- slowpath.c ---- */
uint64_t tcg_mmu_read(CPUArchState *env, uint64_t addr, uint32_t memop);
uint64_t tcg_mmu_write(CPUArchState *env, uint64_t addr, uint32_t memop);
void tcg_mmu_commit(CPUArchState *env);
void tcg_check_mmu(CPUArchState *env, uint64_t addr, uint32_t memop, bool write);

/* ---- interp.c ---- */
void tcg_run_vec_op(void *env, TCGVec *vop, uint64_t desc);
void tcg_run_fp_op(void *env, TCGVec *vop, uint64_t desc);
void tcg_interpret(CPUState *cs, const TranslationBlock *tb);

/* ---- breakpoint.c ---- */
bool tcg_page_has_breakpoint(CPUState *cs, uint64_t pc);
bool tcg_at_breakpoint(CPUState *cs, uint64_t pc);
bool tcg_page_is_watched(CPUState *cs, uint64_t page);
/* Whether one of the guest's own matches at @pc: its exception is in cs->exception_index then. */
bool tcg_guest_breakpoint(CPUState *cs, uint64_t pc);
/* Raises EXCP_DEBUG, or the guest's exception, if the access by way of @s is watched. */
void tcg_check_watchpoints(CPUState *cs, const ContextSlot *s, uint64_t addr, unsigned len,
                           bool write);

/* context.c: the jump cache of @s sends @pc to @host, the indirect entry of a block. */
void tcg_jump_cache_set(ContextSlot *s, uint64_t pc, const void *host);

static inline void tcg_request_exit(TCGCpu *t)
{
    qatomic_set(&t->env->limit, UINT64_MAX);
}

/* ---- icount.c ---- */
void tcg_icount_init(void);
/* A turn, or the rest of one. */
void tcg_icount_begin(TCGCpu *t, bool new_turn);
bool tcg_icount_end(TCGCpu *t); /* the turn is over */
/* The budget is used up: does what is due. True: the turn is over. */
bool tcg_icount_expired(TCGCpu *t);
/* Back to the loop from the middle of a block: what was not executed does not count. */
void tcg_icount_uncount(TCGCpu *t);
/* From the vCPUs' thread: look for interrupts, or end the turn, when the block ends. */
void tcg_icount_expire(void);
void tcg_icount_yield(void);
/* No vCPU has anything to do: how long, -1 for ever; pass that time, or some of it. BQL. */
int64_t tcg_icount_idle_ns(void);
void tcg_icount_idle(int64_t ns, QemuCond *cond);
void tcg_icount_hash(TCGCpu *t);
void tcg_info_replay_hash(GString *out);
/* Of the instruction at page offset @insn_off, among those of the block. */
unsigned tcg_insn_index(const IRBlock *ir, unsigned insn_off);
/* Of the instruction that called C. */
const TCGRow *tcg_current_row(TCGCpu *t, const TranslationBlock *tb);

/* ---- roundrobin.c ---- */
void tcg_rr_create_vcpu(CPUState *cs);
/* Ends the turn of the vCPU that runs, if that is not @cs. Any thread. */
void tcg_rr_kick(CPUState *cs);

/* ---- loop.c, threads.c, debug.c ---- */
int tcg_cpu_exec(CPUState *cs);
void tcg_cpu_init(CPUState *cs);
void tcg_kick(CPUState *cs);
void tcg_create_vcpu_thread(CPUState *cs);
/* What -d in_asm and out_asm show of a block; the caller has looked at -dfilter. */
void tcg_log_guest(const DisasContextBase *db);
void tcg_log_ir(const DisasContextBase *db, const IRBlock *ir, int mask, const char *title);
/* @code: what @tb was made with; its marks say where each guest instruction's code begins. */
void tcg_log_host(const DisasContextBase *db, const TranslationBlock *tb, const TCGCode *code);
/* Host instructions in some bytes; estimated if there is no disassembler. */
unsigned tcg_count_host_insns(const uint8_t *code, size_t size);
void tcg_info_jit(GString *out);

/* ---- options.c ---- */
void tcg_options_register(ObjectClass *oc);
/* Opens the files that were asked for. */
bool tcg_options_start(Error **errp);

/* ---- symbols.c ---- */
/* From an ELF file or a System.map. */
bool tcg_symbols_load(const char *path, Error **errp);
/* What @pc lies in or behind, NULL if nobody knows. */
const char *tcg_symbol(uint64_t pc, uint64_t *offset);
/* "name+0x10", or empty; to be freed. */
char *tcg_symbol_text(uint64_t pc);

/* ---- perf.c: nothing happens unless -perfmap or -jitdump was given ---- */
bool tcg_perf_open(Error **errp);
void tcg_perf_code(const char *name, const uint8_t *code, size_t size);
void tcg_perf_block(const TranslationBlock *tb, uint64_t pc);

/* ---- profile.c ---- */
bool tcg_profile_open(Error **errp);
/* Takes over the executions that @tb has counted. */
void tcg_profile_block(TranslationBlock *tb);

#endif
