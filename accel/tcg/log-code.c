/* SPDX-License-Identifier: MIT */
/*
 * -d in_asm,op,op_opt,out_asm: a block as guest code, IR and host code. In the IR and in the host
 * code each guest instruction stands as a heading over what it became.
 */
#include "qemu/osdep.h"
#include "internal.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#ifdef CONFIG_CAPSTONE
#include <capstone/capstone.h>
#endif

/* ---- disassembly ---- */

/* One instruction at @code as text without its address; its length, at most @size. */
#ifdef CONFIG_CAPSTONE
static unsigned disassemble(int arch, int mode, const uint8_t *code, size_t size, uint64_t pc,
                            GString *out)
{
    unsigned length = 0;
    csh handle;
    cs_insn *insn;

    if (cs_open(arch, mode, &handle) != CS_ERR_OK) {
        return size;
    }
    cs_option(handle, CS_OPT_SKIPDATA, CS_OPT_ON);
    if (cs_disasm(handle, code, size, pc, 1, &insn)) {
        g_string_append_printf(out, "%-8s %s", insn->mnemonic, insn->op_str);
        length = insn->size;
        cs_free(insn, 1);
    }
    cs_close(&handle);
    return length ? length : size;
}

unsigned tcg_count_host_insns(const uint8_t *code, size_t size)
{
    unsigned count = 0;
    uint64_t at = 0;
    csh handle;

    if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK) {
        return 0;
    }
    cs_insn *insn = cs_malloc(handle);
    while (size && cs_disasm_iter(handle, &code, &size, &at, insn)) {
        count++;
    }
    cs_free(insn, 1);
    cs_close(&handle);
    return count;
}

enum { HOST_ARCH = CS_ARCH_X86, HOST_MODE = CS_MODE_64 };
#else
static unsigned disassemble(int arch, int mode, const uint8_t *code, size_t size, uint64_t pc,
                            GString *out)
{
    unsigned n = MIN(size, arch ? 4 : 16);

    for (unsigned i = 0; i < n; i++) {
        g_string_append_printf(out, "%02x ", code[i]);
    }
    return n;
}

unsigned tcg_count_host_insns(const uint8_t *code, size_t size)
{
    return size / 4;
}

enum { HOST_ARCH = 0, HOST_MODE = 0 };
#endif

static unsigned guest_insn(const DisasContextBase *db, unsigned off, GString *out)
{
    const TCGTargetOps *ops = tcg_state.ops;
    uint64_t pc = db->log_pc - db->pc_first + off;

    g_string_append_printf(out, "0x%08" PRIx64 ":  ", pc);
    return disassemble(ops->cap_arch, ops->cap_mode, db->page + off,
                       MAX((int)(db->pc_next - off), 4), pc, out);
}

static void heading(const DisasContextBase *db, unsigned off, GString *out)
{
    g_string_append(out, "-- ");
    guest_insn(db, off, out);
    g_string_append_c(out, '\n');
}

/* ---- the stages ---- */

static void write_log(GString *text)
{
    qemu_log("%s\n", text->str);
    g_string_free(text, true);
}

void tcg_log_guest(const DisasContextBase *db)
{
    if (!qemu_loglevel_mask(CPU_LOG_TB_IN_ASM)) {
        return;
    }
    g_autofree char *symbol = tcg_symbol_text(db->log_pc);
    GString *out = g_string_new(NULL);
    g_string_printf(out, "----------------\nIN: mode %08x%s%s\n", db->mode, *symbol ? " " : "",
                    symbol);
    for (unsigned n = 0; n < db->n_pieces; n++) {
        const TranslatorPiece *p = &db->piece[n];
        for (unsigned off = p->first; off < MAX(p->end, p->first + 1);) {
            off += guest_insn(db, off, out);
            g_string_append_c(out, '\n');
        }
    }
    write_log(out);
}

void tcg_log_ir(const DisasContextBase *db, const IRBlock *ir, int mask, const char *title)
{
    if (!qemu_loglevel_mask(mask)) {
        return;
    }
    GString *out = g_string_new(title);
    g_string_append(out, ":\n");
    for (unsigned n = 1; n < ir->n; n++) {
        IROp op = ir->insns[n].op;
        if (op == IR_insn_start) {
            heading(db, ir->insns[n].imm, out);
        } else if (op != IR_nop && op != IR_const) {
            g_string_append(out, "  ");
            ir_print_insn(ir, n, out);
            g_string_append_c(out, '\n');
        }
    }
    write_log(out);
}

/* A branch's target outside the block: what it is called, or its address. */
static void name_target(GString *out, size_t from, const TranslationBlock *tb)
{
    const char *insn = out->str + from, *operand = strstr(insn, " 0x");
    char *end;

    if (!operand || (insn[0] != 'j' && strncmp(insn, "call", 4))) {
        return;
    }
    uint64_t target = strtoull(operand, &end, 16);
    if (*end || target < tb->code_size) {
        return;
    }
    const uint8_t *at = tb->code + target;
    const char *name = tcg_state.host->name_of(tcg_write_addr(at));
    g_string_truncate(out, operand + 1 - out->str);
    if (name) {
        g_string_append(out, name);
    } else {
        g_string_append_printf(out, "%p", at);
    }
}

/* The next line of the block's code at @off; the offset behind it. */
static unsigned host_line(const TranslationBlock *tb, unsigned off, unsigned end, GString *out)
{
    g_string_append_printf(out, "  %3x:  ", off);
    size_t from = out->len;
    off += disassemble(HOST_ARCH, HOST_MODE, tb->code + off, end - off, off, out);
    name_target(out, from, tb);
    g_string_append_c(out, '\n');
    return off;
}

void tcg_log_host(const DisasContextBase *db, const TranslationBlock *tb, const TCGCode *code)
{
    unsigned pool = code->pool - code->buf, hot = code->hot_end - code->buf;

    if (!qemu_loglevel_mask(CPU_LOG_TB_OUT_ASM) || tcg_state.interp) {
        return;
    }
    GString *out = g_string_new(NULL);
    g_string_printf(out, "OUT: %p [size=%u, frequent path %u bytes, %u instructions]\n", tb->code,
                    tb->code_size, hot, tcg_count_host_insns(tb->code, hot));
    for (unsigned off = 0, m = 0; off < hot;) {
        for (; m < code->n_marks && code->marks[m].ra_off <= off; m++) {
            heading(db, code->marks[m].insn_off, out);
        }
        off = host_line(tb, off, hot, out);
    }
    g_string_append(out, hot < pool ? "-- rarely executed\n" : "");
    for (unsigned off = hot; off < pool;) {
        off = host_line(tb, off, pool, out);
    }
    g_string_append(out, pool < tb->code_size ? "-- constants\n" : "");
    for (unsigned off = pool + (-(uintptr_t)code->pool & 7); off < tb->code_size; off += 8) {
        g_string_append_printf(out, "  %3x:  0x%016" PRIx64 "\n", off, ldq_he_p(tb->code + off));
    }
    write_log(out);
}
