/* SPDX-License-Identifier: MIT */
/* From guest code to a block: the target's decoder, the optimiser, the host back end. */
#include "qemu/osdep.h"
#include "internal.h"
#include "qemu/log.h"
#include "system/ram_addr.h"
#include "tcg/interp.h"

#define MAX_INSNS 512

static __thread TCGContext *context;

bool translator_follow(DisasContextBase *db, int64_t off)
{
    if (db->path_pos == db->path_len || db->path[db->path_pos] != off) {
        return false;
    }
    db->path_pos++;
    if (off != db->pc_next) {
        if (db->n_pieces == TRANSLATOR_MAX_PIECES) {
            return false;
        }
        db->piece[db->n_pieces - 1].end = db->pc_next;
        db->piece[db->n_pieces++].first = off;
        db->pc_next = off;
    }
    return true;
}

bool translator_follow_call(const DisasContextBase *db)
{
    return db->follow_calls && db->num_insns < db->max_insns && db->pc_next < GUEST_PAGE &&
           !tcg_op_buf_full();
}

unsigned translator_loop(CPUState *cs, const TCGTargetOps *ops, DisasContextBase *db)
{
    const TranslatorOps *tr = ops->translator;

    db->pc_next = db->pc_first;
    db->is_jmp = DISAS_NEXT;
    db->num_insns = 0;
    db->piece[0].first = db->pc_first;
    db->n_pieces = 1;
    if (tr->init_disas_context) {
        tr->init_disas_context(db);
    }
    while (db->is_jmp == DISAS_NEXT) {
        db->num_insns++;
        tcg_gen_insn_start(db->pc_next);
        tr->translate_insn(db);
        if (db->is_jmp == DISAS_NEXT &&
            (db->num_insns >= db->max_insns || db->pc_next >= GUEST_PAGE || tcg_op_buf_full())) {
            db->is_jmp = DISAS_TOO_MANY;
        }
        if (db->path_pos < db->path_len && db->path[db->path_pos] == db->pc_next) {
            db->path_pos++; /* the path's block ended without a branch */
        }
    }
    db->piece[db->n_pieces - 1].end = db->pc_next;
    if (db->is_jmp == DISAS_TOO_MANY) {
        tcg_gen_goto(db->pc_next);
    } else if (db->is_jmp != DISAS_NORETURN) {
        tr->tb_stop(db);
    }
    return db->pc_next - db->pc_first;
}

/* A debugging aid: the guest sees the host's memory model. */
static void drop_barriers(IRBlock *ir)
{
    for (unsigned n = 1; n < ir->n; n++) {
        if (ir->insns[n].op == IR_fence) {
            ir->insns[n].op = IR_nop;
        }
    }
}

/* @log: show the guest code and the IR, if they are asked for. */
static IRBlock *build_ir(CPUState *cs, DisasContextBase *db, bool log)
{
    const TCGTargetOps *ops = tcg_state.ops;

    if (!context) {
        context = tcg_context_new(ops->globals, ops->n_globals, NULL);
    }
    tcg_func_start(context);
    translator_loop(cs, ops, db);
    if (log) {
        tcg_log_guest(db);
        tcg_log_ir(db, tcg_context_block(context), CPU_LOG_TB_OP, "OP");
    }
    IRBlock *ir = tcg_context_block(context);
    if (unlikely(tcg_state.no_barriers)) {
        drop_barriers(ir);
    }
    tcg_optimize(ir);
    if (log) {
        tcg_log_ir(db, ir, CPU_LOG_TB_OP_OPT, "OP after optimization and liveness analysis");
    }
    return ir;
}

unsigned tcg_insn_index(const IRBlock *ir, unsigned insn_off)
{
    unsigned index = 0;

    for (unsigned n = 1; n < ir->n; n++) {
        if (ir->insns[n].op == IR_insn_start) {
            if (ir->insns[n].imm == insn_off) {
                return index;
            }
            index++;
        }
    }
    g_assert_not_reached();
}

/* Edges and rows, behind the block's description. False: there is no room. */
static bool add_tables(TranslationBlock *tb, const TCGCode *code)
{
    unsigned n_edges = code->ir->n_edges;
    TBEdge *edge = tcg_cache_data(n_edges * sizeof(TBEdge) + code->n_rows * sizeof(TCGRow));

    if (!edge) {
        return false;
    }
    assert(edge == tb->edge);
    tb->n_edges = n_edges;
    for (unsigned n = 0; n < n_edges; n++) {
        const TCGEdge *from = &code->edge[n];
        edge[n] = (TBEdge){ .index = n };
        if (from->patch) {
            edge[n].patch = from->patch - code->buf;
            edge[n].unlinked = from->unlinked - code->buf;
            edge[n].off = from->off;
            edge[n].taken = from->taken - from->unlinked;
        }
    }
    tb->n_rows = code->n_rows;
    memcpy(tb_rows(tb), code->rows, code->n_rows * sizeof(TCGRow));
    for (TCGRow *row = tb_rows(tb); tcg_state.icount && row < tb_rows(tb) + tb->n_rows; row++) {
        row->insn_index = tcg_insn_index(code->ir, row->insn_off);
    }
    return true;
}

/* Host code for @ir at the cache's cursor; false: too large for the room or the back end's tables.
 */
static bool emit(TranslationBlock *tb, const IRBlock *ir, const DisasContextBase *db, bool log)
{
    static __thread TCGRow rows[TCG_MAX_ROWS], marks[TCG_MAX_MARKS];
    TCGCode code = { .ir = ir,
                     .pc_first = tb->off,
                     .dense = tb->dense,
                     .count = tcg_state.count,
                     .countdown = tb->countdown ? &tb->countdown : NULL,
                     .hot_arg = tb,
                     .rows = rows };

    code.marks = log ? marks : NULL;
    code.icount = tcg_state.icount ? db->num_insns : 0;
    if (tcg_state.profile) {
        code.runs = &tb->extra->runs;
    }
    bool room = tcg_cache_reserve(&code.buf, &code.buf_end);
    assert(room); /* new_block has seen to that */
    tb->code = tcg_exec_addr(code.buf);
    if (tcg_state.interp) {
        tb->code_size = 16; /* so that blocks have addresses to be found by */
        tb->extra->ir = ir_block_clone(ir);
        return true;
    }
    if (!tcg_state.host->gen(&code) || !add_tables(tb, &code)) {
        return false;
    }
    assert(code.indirect_entry == code.buf);
    tb->direct = code.direct_entry - code.buf;
    tb->loop = code.loop_entry - code.buf;
    tb->code_size = code.code_end - code.buf;
    tcg_state.stats.hot_bytes += code.hot_end - code.buf;
    if (tcg_state.profile) {
        tb->extra->host_insns = tcg_count_host_insns(code.body, code.hot_end - code.body);
    }
    if (log) {
        tcg_log_host(db, tb, &code);
    }
    return true;
}

static TranslationBlock *new_block(void)
{
    uint8_t *buf, *end;

    if (!tcg_cache_reserve(&buf, &end)) { /* may move on to another segment */
        return NULL;
    }
    TranslationBlock *tb = tcg_cache_data(sizeof(TranslationBlock));
    if (!tb) {
        if (!tcg_cache_next_segment()) {
            return NULL;
        }
        tb = tcg_cache_data(sizeof(TranslationBlock));
    }
    memset(tb, 0, sizeof(*tb));
    return tb;
}

/* Which bytes of the page @db was translated from. */
static void set_extent(TranslationBlock *tb, const DisasContextBase *db)
{
    unsigned low = GUEST_PAGE, end = 0;

    tb->lines = 0;
    for (unsigned n = 0; n < db->n_pieces; n++) {
        const TranslatorPiece *p = &db->piece[n];
        low = MIN(low, p->first);
        end = MAX(end, p->end);
        tb->lines |= tb_line_mask(p->first, MAX(p->end - p->first, 1));
    }
    tb->low = low;
    tb->size = MAX(end - low, 1);
}

static void finish_block(TranslationBlock *tb, const DisasContextBase *db, bool keep)
{
    set_extent(tb, db);
    tb->n_insns = db->num_insns;
    tcg_cache_commit(tb);
    if (keep) {
        tb_insert(tb);
    } else {
        tb->dead = true;
    }
    tcg_state.stats.blocks++;
    tcg_state.stats.guest_insns += tb->n_insns;
    tcg_state.stats.guest_bytes += tb->n_insns * 4;
    tcg_state.stats.host_bytes += tb->code_size;
}

TranslationBlock *tb_generate(CPUState *cs, const TBRequest *rq)
{
    const TCGTargetOps *ops = tcg_state.ops;
    g_autofree DisasContextBase *db = g_malloc0(ops->translator->context_size);
    ram_addr_t ram_page = rq->addr & GUEST_PAGE_MASK;
    bool log = qemu_loglevel_mask(~0) && qemu_log_in_addr_range(rq->pc);
    unsigned max_insns = MIN(rq->max_insns, MAX_INSNS);
    bool usual = rq->keep && !rq->path_len;
    /* Blocks that are counted or recorded are left at each call. */
    bool follow_calls = usual && !tcg_state.icount && !tcg_state.interp;
    bool dense = usual && tcg_dense_wanted(rq->addr, rq->mode);
    bool counts = usual && !tcg_has_counted(rq->addr, rq->mode);

    tcg_cache_begin(rq->addr, rq->mode, dense);
    for (unsigned attempt = 0;; attempt++) {
        TranslationBlock *tb = new_block();
        if (!tb) {
            return NULL;
        }
        if (rq->keep) { /* writes from here on are seen */
            tlb_protect_page(ram_page);
            physical_memory_mark_code(ram_page, GUEST_PAGE);
        }
        if (tcg_state.interp || tcg_state.profile) {
            tb->extra = g_new0(TBExtra, 1);
            tb->extra->pc = rq->pc;
        }
        tb->ram_addr = rq->addr;
        tb->mode = rq->mode;
        tb->dense = dense;
        tb->off = rq->addr & (GUEST_PAGE - 1);
        tb->countdown = counts ? tcg_state.hot : 0;
        *db = (DisasContextBase){ .cs = cs,
                                  .mode = rq->mode & ~MODE_DEBUG,
                                  .pc_first = tb->off,
                                  .page = rq->page,
                                  .max_insns = max_insns,
                                  .log_pc = rq->pc,
                                  .path = rq->path,
                                  .path_len = rq->path_len,
                                  .follow_calls = follow_calls };
        IRBlock *ir = build_ir(cs, db, log);
        tb->entry_mask = ir->entry_mask;
        if (emit(tb, ir, db, log)) {
            finish_block(tb, db, rq->keep);
            tcg_perf_block(tb, rq->pc);
            return tb;
        }
        g_free(tb->extra);
        /* First the rest of the segment may have been too small, then the block is too large. */
        if (attempt == 0) {
            if (!tcg_cache_next_segment()) {
                return NULL;
            }
        } else {
            max_insns = MAX(db->num_insns / 2, 1);
            assert(attempt < 12);
        }
    }
}
