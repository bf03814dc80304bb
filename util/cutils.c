/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/cutils.h"

#include <math.h>

void pstrcpy(char *buf, int size, const char *str)
{
    if (size > 0) {
        g_strlcpy(buf, str, size);
    }
}

char *pstrcat(char *buf, int size, const char *str)
{
    int len = strlen(buf);

    if (len < size) {
        pstrcpy(buf + len, size - len, str);
    }
    return buf;
}

void strpadcpy(char *buf, int size, const char *str, char pad)
{
    int len = strnlen(str, size);

    memcpy(buf, str, len);
    memset(buf + len, pad, size - len);
}

int strstart(const char *str, const char *prefix, const char **tail)
{
    size_t len = strlen(prefix);

    if (strncmp(str, prefix, len) != 0) {
        return 0;
    }
    if (tail) {
        *tail = str + len;
    }
    return 1;
}

int stristart(const char *str, const char *prefix, const char **tail)
{
    size_t len = strlen(prefix);

    if (g_ascii_strncasecmp(str, prefix, len) != 0) {
        return 0;
    }
    if (tail) {
        *tail = str + len;
    }
    return 1;
}

/* Common end of the parsers: @end is where the number stopped. */
static int strto_finish(const char *s, const char *end, const char **endptr, int error)
{
    if (endptr) {
        *endptr = end;
    }
    if (end == s || (!endptr && *end)) {
        return -EINVAL;
    }
    return -error;
}

int qemu_strtoi64(const char *s, const char **endptr, int base, int64_t *result)
{
    char *end;

    QEMU_BUILD_BUG_ON(sizeof(long long) != sizeof(int64_t));
    *result = 0;
    if (!s) {
        return -EINVAL;
    }
    errno = 0;
    *result = strtoll(s, &end, base);
    return strto_finish(s, end, endptr, errno == ERANGE ? ERANGE : 0);
}

int qemu_strtou64(const char *s, const char **endptr, int base, uint64_t *result)
{
    const char *p = s;
    char *end;
    int error;

    *result = 0;
    if (!s) {
        return -EINVAL;
    }
    while (g_ascii_isspace(*p)) {
        p++;
    }
    errno = 0;
    *result = strtoull(s, &end, base);
    error = errno == ERANGE ? ERANGE : 0;
    if (*p == '-' && *result && end != s) {
        *result = 0;
        error = ERANGE;
    }
    return strto_finish(s, end, endptr, error);
}

int qemu_strtoi(const char *s, const char **endptr, int base, int *result)
{
    int64_t v;
    int ret = qemu_strtoi64(s, endptr, base, &v);

    if (ret != -EINVAL && (v < INT_MIN || v > INT_MAX)) {
        ret = -ERANGE;
    }
    *result = CLAMP(v, INT_MIN, INT_MAX);
    return ret;
}

int qemu_strtoui(const char *s, const char **endptr, int base, unsigned *result)
{
    uint64_t v;
    int ret = qemu_strtou64(s, endptr, base, &v);

    if (ret != -EINVAL && v > UINT_MAX) {
        ret = -ERANGE;
    }
    *result = MIN(v, UINT_MAX);
    return ret;
}

int qemu_strtol(const char *s, const char **endptr, int base, long *result)
{
    int64_t v;
    int ret = qemu_strtoi64(s, endptr, base, &v);

    QEMU_BUILD_BUG_ON(sizeof(long) != sizeof(int64_t));
    *result = v;
    return ret;
}

int qemu_strtoul(const char *s, const char **endptr, int base, unsigned long *result)
{
    uint64_t v;
    int ret = qemu_strtou64(s, endptr, base, &v);

    *result = v;
    return ret;
}

/* log2 of what a size suffix stands for, -1 if @c is none. */
static int suffix_shift(char c)
{
    static const char suffixes[] = "BKMGTPE";
    const char *p = c ? strchr(suffixes, g_ascii_toupper(c)) : NULL;

    return p ? (int)(p - suffixes) * 10 : -1;
}

static int strtosz(const char *s, const char **endptr, int default_shift, uint64_t *result)
{
    const char *p, *digits = s;
    uint64_t whole, frac_num = 0;
    long double frac_den = 1;
    int shift, ret;
    bool hex;

    *result = 0;
    while (s && g_ascii_isspace(*digits)) {
        digits++;
    }
    if (!s || !g_ascii_isdigit(*digits)) {
        return strto_finish(s ? s : "", s ? s : "", endptr, 0);
    }
    hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    ret = qemu_strtou64(digits, &p, hex ? 16 : 10, &whole);
    for (bool point = !hex && *p == '.'; point && g_ascii_isdigit(p[1]); p++) {
        if (frac_den < 1e17L) {
            frac_num = frac_num * 10 + (p[1] - '0');
            frac_den *= 10;
        }
    }
    if (!hex && frac_den > 1) {
        p++;
    }
    shift = hex ? -1 : suffix_shift(*p);
    if (shift >= 0) {
        p++;
    } else {
        shift = default_shift;
    }
    if (frac_num && shift == 0) {
        return strto_finish(s, s, endptr, 0); /* half a byte */
    }
    if (ret == -ERANGE || whole > UINT64_MAX >> shift) {
        *result = UINT64_MAX;
        return strto_finish(s, p, endptr, ERANGE);
    }
    *result = (whole << shift) + (uint64_t)(frac_num / frac_den * (UINT64_C(1) << shift));
    return strto_finish(s, p, endptr, 0);
}

int qemu_strtosz(const char *s, const char **endptr, uint64_t *result)
{
    return strtosz(s, endptr, 0, result);
}

int qemu_strtosz_MiB(const char *s, const char **endptr, uint64_t *result)
{
    return strtosz(s, endptr, 20, result);
}

/* @val in the largest of the units ("", "K", ...), each @step times the one before. */
static char *scaled_str(uint64_t val, unsigned step, const char *infix, const char *unit)
{
    static const char *const prefix[] = { "", "K", "M", "G", "T", "P", "E" };
    double v = val;
    unsigned i = 0;

    while (v >= step && i + 1 < ARRAY_SIZE(prefix)) {
        v /= step;
        i++;
    }
    return g_strdup_printf("%0.3g %s%s%s", v, prefix[i], i ? infix : "", unit);
}

char *size_to_str(uint64_t val)
{
    return scaled_str(val, 1024, "i", "B");
}

char *freq_to_str(uint64_t hz)
{
    return scaled_str(hz, 1000, "", "Hz");
}

bool qemu_parse_bool_str(const char *s, bool *result)
{
    static const char *const words[2][4] = {
        { "off", "no", "false", "n" },
        { "on", "yes", "true", "y" },
    };

    for (int value = 0; value < 2; value++) {
        for (int i = 0; i < 4; i++) {
            if (strcmp(s, words[value][i]) == 0) {
                *result = value;
                return true;
            }
        }
    }
    return false;
}
