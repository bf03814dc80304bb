/* SPDX-License-Identifier: MIT */
/*
 * Strings and numbers. The qemu_strto* family return 0, -EINVAL (no number, or text behind it when
 * @endptr is NULL) or -ERANGE (and the nearest value in *@result).
 */
#ifndef QEMU_CUTILS_H
#define QEMU_CUTILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies at most @size - 1 bytes and terminates. */
void pstrcpy(char *buf, int size, const char *str);
char *pstrcat(char *buf, int size, const char *str);
/* Copies @str into the @size bytes at @buf, filled up with @pad; not terminated. */
void strpadcpy(char *buf, int size, const char *str, char pad);
/* True if @str starts with @prefix; *@tail (may be NULL) gets the rest. */
int strstart(const char *str, const char *prefix, const char **tail);
int stristart(const char *str, const char *prefix, const char **tail);

int qemu_strtoi(const char *s, const char **endptr, int base, int *result);
int qemu_strtoui(const char *s, const char **endptr, int base, unsigned *result);
int qemu_strtol(const char *s, const char **endptr, int base, long *result);
int qemu_strtoul(const char *s, const char **endptr, int base, unsigned long *result);
int qemu_strtoi64(const char *s, const char **endptr, int base, int64_t *result);
/* A minus sign is refused with -ERANGE. */
int qemu_strtou64(const char *s, const char **endptr, int base, uint64_t *result);

/*
 * A size: decimal (a fraction is allowed with a suffix above B) or hexadecimal without suffix, then
 * B, K, M, G, T, P or E for powers of 1024 in either case. Without a suffix: bytes, or MiB in the
 * second form.
 */
int qemu_strtosz(const char *s, const char **endptr, uint64_t *result);
int qemu_strtosz_MiB(const char *s, const char **endptr, uint64_t *result);

/* "1.5 GiB"; the caller frees. */
char *size_to_str(uint64_t val);
/* "62.5 MHz"; the caller frees. */
char *freq_to_str(uint64_t hz);

/* "on", "yes", "true", "y" / "off", "no", "false", "n"; false if neither. */
bool qemu_parse_bool_str(const char *s, bool *result);

/*
 * For "did you mean": keeps the candidate nearest to @wanted (edit distance with transpositions,
 * case-insensitive; a candidate that contains @wanted counts as near).
 *     NearestName n = nearest_name_init(wanted);
 *     nearest_name_add(&n, candidate);   for each
 *     nearest_name_get(&n)               NULL if nothing is near enough to be worth a hint
 */
typedef struct NearestName {
    const char *wanted;
    const char *best; /* borrowed from the candidate */
    unsigned distance;
} NearestName;

NearestName nearest_name_init(const char *wanted);
void nearest_name_add(NearestName *n, const char *candidate);
const char *nearest_name_get(const NearestName *n);
/* The same over a NULL-terminated array. */
const char *nearest_name(const char *wanted, const char *const *candidates);

#endif
