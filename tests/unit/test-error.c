/* SPDX-License-Identifier: MIT */
/* Errors as values, reports, and the debug log. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/thread.h"

static bool fail(int how, Error **errp)
{
    if (how == 0) {
        return true;
    }
    error_setg(errp, "failure %d", how);
    return false;
}

static bool guarded(int how, Error **errp)
{
    ERRP_GUARD();

    if (!fail(how, errp)) {
        error_prepend(errp, "guarded: ");
        error_append_hint(errp, "try %d\n", how - 1);
        return false;
    }
    return true;
}

static void test_values(void)
{
    Error *err = NULL, *other = NULL, *copy;

    g_assert_true(fail(0, &err));
    g_assert_null(err);
    g_assert_false(guarded(2, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "guarded: failure 2");
    g_assert_false(guarded(2, NULL));
    copy = error_copy(err);
    error_propagate(&other, err);
    g_assert_true(other == err);
    error_propagate(&other, copy); /* the first stays */
    g_assert_true(other == err);
    error_free_or_abort(&other);
    error_propagate(&other, NULL);
    g_assert_null(other);

    err = NULL;
    error_setg_errno(&err, ENOENT, "Could not open '%s'", "x");
    g_assert_cmpstr(error_get_pretty(err), ==, "Could not open 'x': No such file or directory");
    error_propagate_prepend(&other, err, "disk %d: ", 1);
    g_assert_cmpstr(error_get_pretty(other), ==,
                    "disk 1: Could not open 'x': No such file or directory");
    error_free(other);
    err = NULL;
    error_set(&err, ERROR_CLASS_DEVICE_NOT_FOUND, "gone");
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_DEVICE_NOT_FOUND);
    error_free(err);
    error_free(NULL);
}

static void test_fatal(void)
{
    if (g_test_subprocess()) {
        error_init("/usr/bin/quern-system-test");
        guarded(3, &error_fatal);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*quern-system-test: guarded: failure 3\ntry 2\n*");
}

static void test_abort(void)
{
    if (g_test_subprocess()) {
        guarded(3, &error_abort);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*Unexpected error in fail() at *test-error.c:*failure 3*");
}

static void collect(void *opaque, const char *text)
{
    g_string_append(opaque, text);
}

static void test_reports(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Error *err = NULL;

    error_set_print_fn(collect, out);
    error_report("a %d", 1);
    error_loc_push("-device foo");
    warn_report("b");
    error_loc_pop();
    info_report("c");
    for (int i = 0; i < 3; i++) {
        warn_report_once("once");
    }
    guarded(1, &err);
    error_reportf_err(err, "x: ");
    error_set_print_fn(NULL, NULL);
    g_assert_cmpstr(out->str, ==,
                    "a 1\n-device foo: warning: b\ninfo: c\nwarning: once\n"
                    "x: guarded: failure 1\ntry 0\n");
}

/* ---- The log ---- */

static void test_log_items(void)
{
    Error *err = NULL;
    int mask;

    g_assert_cmpint(qemu_str_to_log_mask("in_asm,int"), ==, CPU_LOG_TB_IN_ASM | CPU_LOG_INT);
    g_assert_cmpint(qemu_str_to_log_mask("none"), ==, 0);
    g_assert_cmpint(qemu_str_to_log_mask("all") & LOG_UNIMP, ==, LOG_UNIMP);
    g_assert_false(qemu_parse_log_mask("in_asm,unmip", &mask, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Unknown log item 'unmip'; did you mean 'unimp'?");
    error_free(err);
}

static void test_log_file(void)
{
    g_autofree char *dir = g_dir_make_tmp("quern-log-XXXXXX", NULL);
    g_autofree char *pattern = g_strdup_printf("%s/log-%%d", dir);
    g_autofree char *path = g_strdup_printf("%s/log-%d", dir, getpid());
    g_autofree char *text = NULL;
    Error *err = NULL;
    FILE *f;

    g_assert_false(qemu_set_log_filename("/a/%s", &err));
    error_free(err);
    err = NULL;
    g_assert_true(qemu_set_log_filename(pattern, &error_abort));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS)); /* nothing is logged yet */
    g_assert_null(qemu_log_trylock());
    g_assert_true(qemu_set_log(LOG_UNIMP, &error_abort));
    g_assert_true(qemu_log_separate());
    qemu_log_mask(LOG_UNIMP, "one %d\n", 1);
    qemu_log_mask(LOG_GUEST_ERROR, "not this\n");
    f = qemu_log_trylock();
    fprintf(f, "two ");
    qemu_log("three\n"); /* inside of a record */
    qemu_log_unlock(f);
    qemu_set_log(0, &error_abort);
    qemu_log("nor this\n");
    qemu_set_log(LOG_UNIMP, &error_abort); /* goes on behind */
    qemu_log_mask(LOG_UNIMP, "four\n");
    qemu_set_log(0, &error_abort);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "one 1\ntwo three\nfour\n");
    g_assert_false(qemu_set_log_filename_flags("/no/such/dir/log", LOG_UNIMP, &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "Could not open log file '/no/such/dir/log': No such file or directory");
    error_free(err);
    g_assert_false(qemu_log_enabled());
    qemu_set_log_filename(NULL, &error_abort);
    unlink(path);
    rmdir(dir);
}

static void test_dfilter(void)
{
    Error *err = NULL;

    g_assert_true(qemu_log_in_addr_range(5));
    g_assert_true(qemu_set_dfilter_ranges("0x1000..0x1fff,0x8000+0x10,0x9000-0x10", &error_abort));
    g_assert_true(qemu_log_in_addr_range(0x1000) && qemu_log_in_addr_range(0x1fff));
    g_assert_false(qemu_log_in_addr_range(0xfff) || qemu_log_in_addr_range(0x2000));
    g_assert_true(qemu_log_in_addr_range(0x800f) && !qemu_log_in_addr_range(0x8010));
    g_assert_true(qemu_log_in_addr_range(0x9000) && qemu_log_in_addr_range(0x8ff1));
    g_assert_false(qemu_log_in_addr_range(0x8ff0) || qemu_log_in_addr_range(0x9001));
    g_assert_true(qemu_set_dfilter_ranges("0..0xffffffffffffffff", &error_abort));
    g_assert_true(qemu_log_in_addr_range(UINT64_MAX));
    for (const char *const *bad = (const char *const[]){ "1", "2..1", "1+0", "x..y", "1..2,", "1*2",
                                                         "0xffffffffffffffff+2", NULL };
         *bad; bad++) {
        g_assert_false(qemu_set_dfilter_ranges(*bad, &err));
        error_free_or_abort(&err);
    }
    g_assert_true(qemu_set_dfilter_ranges(NULL, &error_abort));
    g_assert_true(qemu_log_in_addr_range(7));
}

static void *log_worker(void *opaque)
{
    for (int i = 0; i < 500; i++) {
        FILE *f = qemu_log_trylock();

        if (f) {
            fprintf(f, "<%s", (char *)opaque);
            fprintf(f, "%s>\n", (char *)opaque);
            qemu_log_unlock(f);
        }
    }
    return NULL;
}

static void test_log_threads(void)
{
    g_autofree char *text = NULL, *path = NULL;
    g_auto(GStrv) lines = NULL;
    QemuThread a, b;
    int fd = g_file_open_tmp("quern-log-XXXXXX", &path, NULL);

    close(fd);
    qemu_set_log_filename_flags(path, LOG_UNIMP, &error_abort);
    qemu_thread_create(&a, "a", log_worker, (void *)"aaaa", QEMU_THREAD_JOINABLE);
    qemu_thread_create(&b, "b", log_worker, (void *)"bb", QEMU_THREAD_JOINABLE);
    qemu_thread_join(&a);
    qemu_thread_join(&b);
    qemu_set_log(0, &error_abort);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", 0);
    g_assert_cmpint(g_strv_length(lines), ==, 1001);
    for (int i = 0; i < 1000; i++) {
        g_assert_true(strcmp(lines[i], "<aaaaaaaa>") == 0 || strcmp(lines[i], "<bbbb>") == 0);
    }
    unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/values", test_values);
    g_test_add_func("/error/fatal", test_fatal);
    g_test_add_func("/error/abort", test_abort);
    g_test_add_func("/error/reports", test_reports);
    g_test_add_func("/log/items", test_log_items);
    g_test_add_func("/log/file", test_log_file);
    g_test_add_func("/log/dfilter", test_dfilter);
    g_test_add_func("/log/threads", test_log_threads);
    return g_test_run();
}
