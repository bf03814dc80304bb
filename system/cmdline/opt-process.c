/* SPDX-License-Identifier: MIT */
/*
 * How the emulator is a process of the host: -name, -pidfile, -daemonize.
 *
 * -daemonize forks before there is any thread. The process that the user started waits on a pipe
 * for the one that goes on, and ends with status 0 when that says that the machine runs, with 1
 * when it ends before. Until then errors go to the user's terminal.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "system/system.h"

#include "launch.h"

#include <sys/prctl.h>

/* For the end of the process, long after Launch is gone. */
static struct {
    char *vm_name;
    char *pidfile;
    int pidfile_fd;
    int ready_fd; /* tells the waiting process; -1: nobody waits */
} process = { .pidfile_fd = -1, .ready_fd = -1 };

/* --- -name --- */

const char *qemu_get_vm_name(void)
{
    return process.vm_name;
}

bool opt_name(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "guest", "process", "debug-threads", NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, "guest", errp);
    bool threads = true; /* they always have names */

    if (!kv || !keyval_check_keys(kv, known, "-name", errp) ||
        !keyval_get_bool(kv, "debug-threads", &threads, errp)) {
        return false;
    }
    if (keyval_get(kv, "guest")) {
        g_free(process.vm_name);
        process.vm_name = g_strdup(keyval_get(kv, "guest"));
    }
    if (keyval_get(kv, "process")) {
        prctl(PR_SET_NAME, keyval_get(kv, "process"));
    }
    return true;
}

/* --- -pidfile --- */

bool opt_pidfile(Launch *l, const char *arg, Error **errp)
{
    if (!*arg) {
        error_setg(errp, "a file name is missing");
        return false;
    }
    g_free(l->pidfile);
    l->pidfile = g_strdup(arg);
    return true;
}

/* Locked as long as the process lives, so that a second emulator can not take the name. */
static bool write_pidfile(const char *path, Error **errp)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    g_autofree char *line = g_strdup_printf("%d\n", getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    if (fd < 0) {
        error_setg_errno(errp, errno, "-pidfile %s: can not open the file", path);
        return false;
    }
    if (fcntl(fd, F_SETLK, &whole) < 0) {
        error_setg(errp, "-pidfile %s: another process holds the file", path);
        close(fd);
        return false;
    }
    if (ftruncate(fd, 0) < 0 || write(fd, line, strlen(line)) != (ssize_t)strlen(line)) {
        error_setg_errno(errp, errno, "-pidfile %s: can not write", path);
        close(fd);
        return false;
    }
    process.pidfile = g_canonicalize_filename(path, NULL); /* -daemonize changes the directory */
    process.pidfile_fd = fd;
    return true;
}

/* --- -daemonize --- */

bool opt_daemonize(Launch *l, const char *arg, Error **errp)
{
    l->daemonize = true;
    return true;
}

static bool spec_is_stdio(const char *spec)
{
    spec += g_str_has_prefix(spec, "mon:") ? strlen("mon:") : 0;
    spec += *spec == '+'; /* -qmp-pretty */
    return !strcmp(spec, "stdio") || g_str_has_prefix(spec, "stdio,");
}

static bool any_spec_is_stdio(const GPtrArray *specs)
{
    for (guint i = 0; i < specs->len; i++) {
        if (spec_is_stdio(g_ptr_array_index(specs, i))) {
            return true;
        }
    }
    return false;
}

static bool check_no_terminal(const Launch *l, Error **errp)
{
    bool stdio = any_spec_is_stdio(l->serials) || any_spec_is_stdio(l->monitors) ||
                 any_spec_is_stdio(l->qmps) || (l->qtest && spec_is_stdio(l->qtest));

    for (guint i = 0; i < l->chardevs->len; i++) {
        stdio |= !g_strcmp0(keyval_get(g_ptr_array_index(l->chardevs, i), "backend"), "stdio");
    }
    if (l->with_parent) {
        error_setg(errp, "-daemonize leaves the parent process: "
                         "it can not be combined with -run-with exit-with-parent=on");
        return false;
    }
    if (l->nographic || stdio) {
        error_setg(errp, "-daemonize leaves the terminal: it can not be combined with %s",
                   l->nographic ? "-nographic" : "stdio");
        return false;
    }
    return true;
}

/* In the process that the user started; does not return. */
static void wait_for_machine(int fd)
{
    uint8_t byte;
    ssize_t n = RETRY_ON_EINTR(read(fd, &byte, 1));
    _exit(n == 1 ? 0 : 1);
}

static bool daemonize(const Launch *l, Error **errp)
{
    int pipe_fds[2];

    if (!check_no_terminal(l, errp)) {
        return false;
    }
    fflush(NULL);
    if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
        error_setg_errno(errp, errno, "-daemonize: can not create a pipe");
        return false;
    }
    pid_t child = fork();
    if (child > 0) {
        close(pipe_fds[1]);
        wait_for_machine(pipe_fds[0]);
    }
    close(pipe_fds[0]);
    /* A session of its own, whose leader ends: no terminal can become its terminal. */
    if (child < 0 || setsid() < 0 || (child = fork()) < 0) {
        error_setg_errno(errp, errno, "-daemonize: can not create a process");
        close(pipe_fds[1]);
        return false;
    }
    if (child > 0) {
        _exit(0);
    }
    process.ready_fd = pipe_fds[1];
    return true;
}

bool launch_process_setup(const Launch *l, Error **errp)
{
    return (!l->daemonize || daemonize(l, errp)) &&
           (!l->pidfile || write_pidfile(l->pidfile, errp));
}

void launch_process_ready(const Launch *l)
{
    static const uint8_t byte;
    int null;

    if (process.ready_fd < 0) {
        return;
    }
    if (chdir("/") == 0 && (null = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0) {
        fflush(NULL);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        /* A log without a file goes to stderr, wherever that leads. */
        if (!l->log_items || l->log_file) {
            dup2(null, STDERR_FILENO);
        }
        close(null);
    }
    if (write(process.ready_fd, &byte, 1) < 0) {
        /* Who waited is gone; there is nobody to tell. */
    }
    close(process.ready_fd);
    process.ready_fd = -1;
}

void launch_process_cleanup(void)
{
    if (process.pidfile) {
        unlink(process.pidfile);
        close(process.pidfile_fd);
        g_free(process.pidfile);
        process.pidfile = NULL;
    }
}
