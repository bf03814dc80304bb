/* SPDX-License-Identifier: MIT */
/* Reads the text form of IR that ir_print writes. Names (%x) may be words as well as numbers. */
#ifndef TESTS_IR_PARSE_H
#define TESTS_IR_PARSE_H

#include "qemu/osdep.h"
#include "tcg/builder.h"

/*
 * Appends the instructions in @text to @s, a context that tcg_func_start has been called for.
 * With @fold each goes through the folder like one from a front end. Comments start with `;`.
 * False, with *@error (g_free) saying where and why, if the text can not be read.
 */
bool ir_parse(TCGContext *s, const char *text, bool fold, char **error);

#endif
