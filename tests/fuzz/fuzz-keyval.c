/* SPDX-License-Identifier: MIT */
/* Option arguments: the pairs and what they are read as. */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/keyval.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    return 0;
}

static void read_as_everything(const KeyVal *kv, const char *key)
{
    uint64_t number = 0;
    bool on = false;

    keyval_get_bool(kv, key, &on, NULL);
    keyval_get_uint(kv, key, UINT32_MAX, &number, NULL);
    keyval_get_size(kv, key, false, &number, NULL);
    keyval_get_size(kv, key, true, &number, NULL);
    g_assert_nonnull(keyval_get(kv, key));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const known[] = { "size", "slots", "maxmem", "path", NULL };
    g_autofree char *text = g_strndup((const char *)data, size);
    Error *err = NULL;
    KeyVal *kv = keyval_parse(text, size & 1 ? "size" : NULL, &err);

    g_assert_true(!kv == !!err);
    if (kv) {
        for (size_t i = 0; i < keyval_count(kv); i++) {
            read_as_everything(kv, keyval_key(kv, i));
        }
        keyval_wants_help(kv);
        keyval_check_keys(kv, known, "-m", NULL);
        keyval_free(kv);
    }
    error_free(err);
    return 0;
}
