/* SPDX-License-Identifier: MIT */
/*
 * The emulator's own terminal, or whatever its standard input and output are.
 *
 * A terminal is put into raw mode so that the guest sees every key, and gets its settings back on
 * every way out: at exit, when stopped by Ctrl-Z's signal (and raw mode again when continued), and
 * before the default action of the signals that kill. The settings live at file scope because
 * signal handlers need them; stdio exists once, and chr_open refuses a second user.
 *
 * Descriptors 0 and 1 are shared with other processes (the shell, the rest of a pipeline), so
 * O_NONBLOCK is not set on them: the output is opened again through /proc, which gives an open file
 * description of our own. Where that is refused, writes may block, which loses nothing either.
 */
#include "qemu/osdep.h"

#include "chardev/char-fd.h"
#include "qapi/error.h"
#include "qemu/module.h"

#include <termios.h>

static struct {
    bool in_use;
    bool is_terminal;
    volatile sig_atomic_t raw; /* the terminal has our settings */
    bool allow_signal;
    bool echo;
    struct termios original;
} stdio_state;

/* A background job that touches the settings would be stopped by SIGTTOU; its shell keeps the
 * terminal in order, and SIGCONT comes when the job returns to the foreground. A terminal that is
 * not the session's has no jobs (-1). */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(STDIN_FILENO);

    return group < 0 || group == getpgrp();
}

/* Async-signal-safe, like tcsetattr. */
static void terminal_restore(void)
{
    if (stdio_state.is_terminal && stdio_state.raw && in_foreground()) {
        tcsetattr(STDIN_FILENO, TCSANOW, &stdio_state.original);
        stdio_state.raw = false;
    }
}

static void terminal_set_raw(void)
{
    struct termios tty = stdio_state.original;

    if (!stdio_state.is_terminal || !in_foreground()) {
        return;
    }
    tty.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    tty.c_oflag |= OPOST;
    tty.c_cflag = (tty.c_cflag & ~(CSIZE | PARENB)) | CS8;
    tty.c_lflag &= ~(ICANON | IEXTEN);
    if (!stdio_state.echo) {
        tty.c_lflag &= ~(ECHO | ECHONL);
    }
    if (!stdio_state.allow_signal) {
        tty.c_lflag &= ~ISIG;
    }
    tty.c_cc[VMIN] = 1;
    tty.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &tty);
    stdio_state.raw = true;
}

/* --- signals --- */

static void on_fatal_signal(int sig)
{
    terminal_restore();
    raise(sig); /* SA_RESETHAND has put the default action back */
}

static void on_stop_signal(int sig)
{
    int saved_errno = errno;
    terminal_restore();
    raise(SIGSTOP);
    errno = saved_errno;
}

/* Also sent when the process was stopped by SIGSTOP, which can not be caught: the shell may have
 * changed the terminal meanwhile. */
static void on_continue(int sig)
{
    int saved_errno = errno;
    terminal_set_raw();
    errno = saved_errno;
}

static void install_if_default(int sig, void (*handler)(int), int flags)
{
    struct sigaction old, act = { .sa_handler = handler, .sa_flags = flags };

    sigemptyset(&act.sa_mask);
    if (sigaction(sig, NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
        sigaction(sig, &act, NULL);
    }
}

static void install_signal_handlers(void)
{
    static const int fatal[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL,
                                 SIGQUIT, SIGTERM, SIGHUP, SIGINT, SIGTRAP };

    for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) {
        install_if_default(fatal[i], on_fatal_signal, SA_RESETHAND);
    }
    install_if_default(SIGTSTP, on_stop_signal, SA_RESTART);
    install_if_default(SIGCONT, on_continue, SA_RESTART);
}

/* --- back end --- */

static const char *const stdio_params[] = { "signal", NULL };

static int reopen_output(void)
{
    int fd = -1;

    /* A regular file keeps its offset in the description, so that one must be shared. */
    struct stat st;
    if (fstat(STDOUT_FILENO, &st) == 0 && (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))) {
        fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    }
    return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

static void stdio_chr_set_echo(Chardev *chr, bool echo)
{
    stdio_state.echo = echo;
    terminal_set_raw();
}

static bool stdio_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    static bool exit_hook_installed;
    bool allow_signal = true;

    if (stdio_state.in_use) {
        error_setg(errp, "stdio is already in use by another character device; "
                         "'mon:stdio' or mux=on shares it");
        return false;
    }
    if (!keyval_get_bool(opts, "signal", &allow_signal, errp)) {
        return false;
    }
    int fd_out = reopen_output();
    int fd_in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (fd_out < 0 && fd_in < 0) {
        error_setg(errp, "standard input and output are both closed");
        return false;
    }
    fd_chr_open(CHARDEV_FD(chr), fd_in, fd_out);

    stdio_state.in_use = true;
    stdio_state.echo = false;
    stdio_state.allow_signal = allow_signal;
    stdio_state.is_terminal = tcgetattr(STDIN_FILENO, &stdio_state.original) == 0;
    if (!exit_hook_installed) {
        exit_hook_installed = true;
        atexit(terminal_restore);
    }
    if (stdio_state.is_terminal) {
        install_signal_handlers();
        terminal_set_raw();
    }
    return true;
}

static void stdio_chr_finalize(Object *obj)
{
    /* fd_in is open exactly when chr_open got through. */
    if (CHARDEV_FD(obj)->fd_in >= 0 || CHARDEV_FD(obj)->fd_out >= 0) {
        terminal_restore();
        stdio_state.is_terminal = false;
        stdio_state.in_use = false;
    }
}

static void stdio_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->internal = false;
    cc->params = stdio_params;
    cc->chr_open = stdio_chr_open;
    cc->chr_set_echo = stdio_chr_set_echo;
}

static const TypeInfo stdio_chr_type = {
    .name = TYPE_CHARDEV_STDIO,
    .parent = TYPE_CHARDEV_FD,
    .instance_finalize = stdio_chr_finalize,
    .class_init = stdio_chr_class_init,
};

static void stdio_chr_register_types(void)
{
    type_register_static(&stdio_chr_type);
}

type_init(stdio_chr_register_types)
