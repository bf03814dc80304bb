/* SPDX-License-Identifier: MIT */
/* The registers that debuggers see: features and their XML. See exec/gdbstub.h. */
#include "qemu/osdep.h"

#include "exec/gdbstub.h"

typedef struct GDBRegisterState {
    int base; /* number of its first register */
    gdb_get_reg_cb get;
    gdb_set_reg_cb set;
    GDBFeature *feature;
} GDBRegisterState;

/* ---- writing descriptions ---- */

void gdb_feature_builder_init(GDBFeatureBuilder *b, const char *name, const char *xmlname)
{
    b->feature = g_new0(GDBFeature, 1);
    b->feature->xmlname = g_strdup(xmlname);
    b->xml = g_string_new("<?xml version=\"1.0\"?><!DOCTYPE feature SYSTEM \"gdb-target.dtd\">\n");
    g_string_append_printf(b->xml, "<feature name=\"%s\">\n", name);
}

void gdb_feature_builder_append_tag(GDBFeatureBuilder *b, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    g_string_append_vprintf(b->xml, format, ap);
    va_end(ap);
    g_string_append_c(b->xml, '\n');
}

void gdb_feature_builder_append_reg(GDBFeatureBuilder *b, const char *name, int bitsize,
                                    const char *type, const char *group)
{
    g_string_append_printf(b->xml, "<reg name=\"%s\" bitsize=\"%d\"", name, bitsize);
    if (type) {
        g_string_append_printf(b->xml, " type=\"%s\"", type);
    }
    if (group) {
        g_string_append_printf(b->xml, " group=\"%s\"", group);
    }
    g_string_append(b->xml, "/>\n");
    b->feature->num_regs++;
}

GDBFeature *gdb_feature_builder_end(GDBFeatureBuilder *b)
{
    g_string_append(b->xml, "</feature>\n");
    b->feature->xml = g_string_free(b->xml, false);
    return b->feature;
}

/* ---- a CPU's features ---- */

void gdb_register_coprocessor(CPUState *cs, gdb_get_reg_cb get, gdb_set_reg_cb set,
                              GDBFeature *feature)
{
    GDBRegisterState r = { gdb_num_regs(cs), get, set, feature };

    if (!cs->gdb_regs) {
        cs->gdb_regs = g_array_new(false, false, sizeof(r));
    }
    g_array_append_val(cs->gdb_regs, r);
}

void gdb_unregister_coprocessors(CPUState *cs)
{
    for (unsigned n = 0; cs->gdb_regs && n < cs->gdb_regs->len; n++) {
        GDBFeature *f = g_array_index(cs->gdb_regs, GDBRegisterState, n).feature;
        g_free(f->xmlname);
        g_free(f->xml);
        g_free(f);
    }
    g_clear_pointer(&cs->gdb_regs, g_array_unref);
}

static GDBRegisterState *state_of(CPUState *cs, int reg)
{
    for (unsigned n = 0; cs->gdb_regs && n < cs->gdb_regs->len; n++) {
        GDBRegisterState *r = &g_array_index(cs->gdb_regs, GDBRegisterState, n);
        if (reg >= r->base && reg - r->base < r->feature->num_regs) {
            return r;
        }
    }
    return NULL;
}

int gdb_num_regs(CPUState *cs)
{
    if (!cs->gdb_regs || !cs->gdb_regs->len) {
        return 0;
    }
    const GDBRegisterState *r =
        &g_array_index(cs->gdb_regs, GDBRegisterState, cs->gdb_regs->len - 1);
    return r->base + r->feature->num_regs;
}

int gdb_num_core_regs(CPUState *cs)
{
    const GDBRegisterState *r = state_of(cs, 0);

    return r ? r->feature->num_regs : 0;
}

int gdb_read_register(CPUState *cs, GByteArray *buf, int reg)
{
    const GDBRegisterState *r = state_of(cs, reg);

    return r ? r->get(cs, buf, reg - r->base) : 0;
}

int gdb_write_register(CPUState *cs, const uint8_t *buf, size_t len, int reg)
{
    const GDBRegisterState *r = state_of(cs, reg);
    g_autoptr(GByteArray) old = g_byte_array_new();

    if (!r || !r->set || r->get(cs, old, reg - r->base) != len) {
        return 0;
    }
    return r->set(cs, buf, reg - r->base);
}

static char *target_xml(CPUState *cs)
{
    GString *xml = g_string_new("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM "
                                "\"gdb-target.dtd\">\n<target>\n");

    if (CPU_GET_CLASS(cs)->gdb_arch_name) {
        g_string_append_printf(xml, "<architecture>%s</architecture>\n",
                               CPU_GET_CLASS(cs)->gdb_arch_name);
    }
    for (unsigned n = 0; n < cs->gdb_regs->len; n++) {
        g_string_append_printf(xml, "<xi:include href=\"%s\"/>\n",
                               g_array_index(cs->gdb_regs, GDBRegisterState, n).feature->xmlname);
    }
    g_string_append(xml, "</target>\n");
    return g_string_free(xml, false);
}

char *gdb_get_xml(CPUState *cs, const char *name)
{
    if (!cs->gdb_regs) {
        return NULL;
    }
    if (!strcmp(name, "target.xml")) {
        return target_xml(cs);
    }
    for (unsigned n = 0; n < cs->gdb_regs->len; n++) {
        const GDBFeature *f = g_array_index(cs->gdb_regs, GDBRegisterState, n).feature;
        if (!strcmp(name, f->xmlname)) {
            return g_strdup(f->xml);
        }
    }
    return NULL;
}
