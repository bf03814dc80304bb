/* SPDX-License-Identifier: MIT */
/* Line editing on a terminal; see readline.c. */
#ifndef MONITOR_READLINE_H
#define MONITOR_READLINE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define READLINE_MAX_LINE    4095
#define READLINE_MAX_HISTORY 64

typedef struct ReadLineOps {
    /* Show bytes on the terminal; @text is NUL-terminated. */
    void (*puts)(void *opaque, const char *text);
    /* A line is complete. */
    void (*line)(void *opaque, const char *line);
    /* The NULL-terminated continuations of the last word of @start (which ends at the cursor):
     * whole words. NULL: none. The caller frees with g_strfreev. */
    char **(*complete)(void *opaque, const char *start);
} ReadLineOps;

typedef enum { RL_PLAIN, RL_ESC, RL_CSI, RL_SS3 } ReadLineState;

typedef struct ReadLine {
    const ReadLineOps *ops;
    void *opaque;
    char *prompt;

    GString *line;
    size_t cursor;  /* bytes from the start of the line */
    GString *shown; /* what the terminal has behind the prompt */
    size_t shown_cursor;

    GPtrArray *history;  /* of char, oldest first */
    guint history_index; /* == history->len: the line being typed */
    char *unfinished;    /* that line, while older ones are looked at */

    ReadLineState state;
    unsigned parameter; /* of a control sequence */
    uint8_t last_byte;  /* to take CR LF as one */
} ReadLine;

ReadLine *readline_new(const ReadLineOps *ops, void *opaque, const char *prompt);
void readline_free(ReadLine *rl);

/* Print the prompt and whatever is typed so far. */
void readline_show_prompt(ReadLine *rl);

/* Drop what is typed so far; the history stays. Shows nothing. */
void readline_forget_line(ReadLine *rl);

void readline_handle_byte(ReadLine *rl, uint8_t byte);

#endif
