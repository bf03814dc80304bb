/* SPDX-License-Identifier: MIT */
/*
 * Registers as a debugger sees them. A CPU registers features when it is realized: groups of
 * registers, each with a description in XML (GDB manual, appendix G) and accessors. Registers are
 * numbered through all features in the order of registration. Everything runs under the big lock
 * while the CPU is stopped.
 */
#ifndef EXEC_GDBSTUB_H
#define EXEC_GDBSTUB_H

#include "hw/core/cpu.h"

/* Bytes of the widest register. */
#define GDB_MAX_REGISTER 256

/* Appends register @n of the feature, in the target's byte order; how many bytes, 0: none. */
typedef int (*gdb_get_reg_cb)(CPUState *cs, GByteArray *buf, int n);
/* Sets it from as many bytes as the other appends; how many, 0: it can not be written. */
typedef int (*gdb_set_reg_cb)(CPUState *cs, const uint8_t *buf, int n);

typedef struct GDBFeature {
    char *xmlname; /* a file name, as in "aarch64-core.xml" */
    char *xml;
    int num_regs;
} GDBFeature;

/* Writes a feature's XML. All text is copied, and must not need escapes. */
typedef struct GDBFeatureBuilder {
    GDBFeature *feature;
    GString *xml;
} GDBFeatureBuilder;

/* @name: as in "org.gnu.gdb.aarch64.core". */
void gdb_feature_builder_init(GDBFeatureBuilder *b, const char *name, const char *xmlname);
/* A type, or anything else that goes before the registers. */
void gdb_feature_builder_append_tag(GDBFeatureBuilder *b, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* The next register; @type and @group may be NULL. */
void gdb_feature_builder_append_reg(GDBFeatureBuilder *b, const char *name, int bitsize,
                                    const char *type, const char *group);
GDBFeature *gdb_feature_builder_end(GDBFeatureBuilder *b);

/* Gives @feature to @cs, which owns it then. The first one's registers are what the debugger reads
 * all at once at each stop. */
void gdb_register_coprocessor(CPUState *cs, gdb_get_reg_cb get, gdb_set_reg_cb set,
                              GDBFeature *feature);
void gdb_unregister_coprocessors(CPUState *cs);

/* ---- for the stub ---- */

int gdb_num_regs(CPUState *cs);
/* How many there are in the first feature. */
int gdb_num_core_regs(CPUState *cs);
/* Register @reg of all; 0 if there is none of that number. */
int gdb_read_register(CPUState *cs, GByteArray *buf, int reg);
/* @len: the bytes at @buf. A value of another size is refused: 0. */
int gdb_write_register(CPUState *cs, const uint8_t *buf, size_t len, int reg);
/* File "target.xml" or a feature's, NULL: no such file. The caller frees it. */
char *gdb_get_xml(CPUState *cs, const char *name);

#endif
