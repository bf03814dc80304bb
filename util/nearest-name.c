/* SPDX-License-Identifier: MIT */
/*
 * Which existing name did the user mean?
 *
 * The distance is Damerau's in its restricted form: insertions, deletions, substitutions and swaps
 * of neighbours, one each, by the usual table of prefixes of which three rows are kept. Names are
 * short; candidates whose length differs by more than the best distance so far are skipped.
 */
#include "qemu/osdep.h"

#include "qemu/cutils.h"

enum { NAME_MAX_LEN = 63, DISTANCE_FAR = UINT8_MAX };

static unsigned edit_distance(const char *a, unsigned la, const char *b, unsigned lb)
{
    unsigned rows[3][NAME_MAX_LEN + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];

    for (unsigned j = 0; j <= lb; j++) {
        last[j] = j;
    }
    for (unsigned i = 1; i <= la; i++) {
        row[0] = i;
        for (unsigned j = 1; j <= lb; j++) {
            char ca = g_ascii_tolower(a[i - 1]), cb = g_ascii_tolower(b[j - 1]);
            unsigned d = MIN(MIN(last[j], row[j - 1]) + 1, last[j - 1] + (ca != cb));

            if (i > 1 && j > 1 && ca == g_ascii_tolower(b[j - 2]) &&
                cb == g_ascii_tolower(a[i - 2])) {
                d = MIN(d, before[j - 2] + 1);
            }
            row[j] = d;
        }
        unsigned *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[lb];
}

NearestName nearest_name_init(const char *wanted)
{
    return (NearestName){ .wanted = wanted, .distance = DISTANCE_FAR };
}

void nearest_name_add(NearestName *n, const char *candidate)
{
    unsigned lw = strlen(n->wanted), lc = strlen(candidate);
    unsigned d, apart = lw > lc ? lw - lc : lc - lw;

    if (lw > NAME_MAX_LEN || lc > NAME_MAX_LEN || !lw) {
        return;
    }
    d = edit_distance(n->wanted, lw, candidate, lc);
    if (d == apart && lw >= 3 && strcasestr(candidate, n->wanted)) {
        /* Part of the name was given: nearer than any real misspelling, shortest first. */
        d = MIN(2, 1 + apart / 8);
    }
    if (d < n->distance) {
        n->distance = d;
        n->best = candidate;
    }
}

const char *nearest_name_get(const NearestName *n)
{
    /* More than a third of the letters wrong: a hint would puzzle. */
    return n->best && n->distance <= MAX(1, strlen(n->wanted) / 3) ? n->best : NULL;
}

const char *nearest_name(const char *wanted, const char *const *candidates)
{
    NearestName n = nearest_name_init(wanted);

    for (; *candidates; candidates++) {
        nearest_name_add(&n, *candidates);
    }
    return nearest_name_get(&n);
}
