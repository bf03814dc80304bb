/* SPDX-License-Identifier: MIT */
/* bench [GROUP|KERNEL ...]: run these, or all. */
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "bench.h"

static const Group *const groups[] = {
    &integer_group, &calls_group, &memory_group,    &atomics_group, &lse_group,
    &system_group,  &fp_group,    &vector_fp_group, &simd_group,    &crypto_group,
};

static int wanted(int argc, char **argv, const char *group, const char *kernel)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], group) || !strcmp(argv[i], kernel)) {
            return 1;
        }
    }
    return argc < 2;
}

static void say(const char *what, const char *group, const char *kernel, uint64_t sum)
{
    char line[128];
    int len = snprintf(line, sizeof(line), "@%s %s/%s %016llx\n", what, group, kernel,
                       (unsigned long long)sum);

    if (write(1, line, len) != len) {
        _exit(1);
    }
}

int main(int argc, char **argv)
{
    for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
        if ((getauxval(AT_HWCAP) & groups[g]->hwcap) != groups[g]->hwcap) {
            continue;
        }
        for (const Kernel *k = groups[g]->kernels; k->name; k++) {
            if (wanted(argc, argv, groups[g]->name, k->name)) {
                k->run(k->n / 64 + 1); /* pages touched, code translated */
                say("begin", groups[g]->name, k->name, 0);
                say("end", groups[g]->name, k->name, k->run(k->n));
            }
        }
    }
    return 0;
}
