/* SPDX-License-Identifier: MIT */
/*
 * Signals from the host: SIGINT, SIGTERM and SIGHUP end the run in order (the terminal gets its
 * settings back, logs are flushed); a second one of them kills at once, in case the first can not
 * get through. SIGPIPE is an error code of write, not an end.
 */
#include "qemu/osdep.h"

#include "system/runstate.h"

#include "launch.h"

static void on_terminate(int sig, siginfo_t *info, void *context)
{
    qemu_system_killed(sig, info->si_pid);
}

void launch_install_signals(void)
{
    static const int terminating[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction act = { .sa_sigaction = on_terminate,
                             .sa_flags = SA_SIGINFO | SA_RESETHAND | SA_RESTART };

    sigemptyset(&ignore.sa_mask);
    sigemptyset(&act.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(terminating); i++) {
        struct sigaction old;
        /* nohup leaves SIGHUP ignored, and it shall stay so. */
        if (sigaction(terminating[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) {
            continue;
        }
        sigaction(terminating[i], &act, NULL);
    }
}
