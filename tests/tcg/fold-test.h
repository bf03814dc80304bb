/* SPDX-License-Identifier: MIT */
/* What scripts/gen-fold.py says about each rule, for the test that executes it. */
#ifndef TESTS_FOLD_TEST_H
#define TESTS_FOLD_TEST_H

#include "tcg/fold-util.h"

#define FOLD_MAX  6
#define FOLD_FREE 0x40 /* a type code: FOLD_FREE + number of a type that may be I32 or I64 */

typedef enum FoldImmKind { FOLD_POS, FOLD_LEN, FOLD_SHIFT, FOLD_SCALE, FOLD_VEC } FoldImmKind;

/* What the names in a rule stand for in one trial. */
typedef struct FoldBind {
    IRType type[FOLD_MAX];
    IRRef var[FOLD_MAX];
    uint64_t k[FOLD_MAX];
    int imm[FOLD_MAX];
    TCGCond cond[FOLD_MAX];
    unsigned vece;
} FoldBind;

typedef struct FoldRuleTest {
    const char *text;
    bool is_cmp;
    /* Builds the left side without its outermost operation, which is left in *root. */
    void (*lhs)(TCGContext *s, const FoldBind *b, IRInsn *root);
    unsigned n_types, n_vars, n_consts, n_imms, n_conds;
    uint8_t var_type[FOLD_MAX], const_type[FOLD_MAX];
    struct {
        FoldImmKind kind;
        uint8_t type;
    } imm[FOLD_MAX];
} FoldRuleTest;

extern const FoldRuleTest fold_rule_tests[];
extern const unsigned n_fold_rule_tests;

#endif
