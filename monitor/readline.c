/* SPDX-License-Identifier: MIT */
/*
 * Line editing.
 *
 * A key changes `line` and `cursor`; then one function makes the terminal agree with them by
 * comparing with `shown`: it moves to the first difference, writes the rest, erases what was
 * longer, and moves back. So every command is an edit of two fields, typing at the end of the line
 * costs one byte of output, and what a script reads back is the plain line.
 *
 * Keys are the usual ones of Emacs and of terminals (ECMA-48 control sequences). A byte is a
 * column; that is wrong for UTF-8, which only shows when editing in the middle of a line.
 */
#include "qemu/osdep.h"

#include "readline.h"

#define CTRL(c) ((c)&0x1f)
#define ESCAPE  0x1b
#define DELETE  0x7f

static void put_char(ReadLine *rl, char c)
{
    char text[2] = { c, '\0' };
    rl->ops->puts(rl->opaque, text);
}

/* Move the terminal's cursor within the line shown. */
static void move_to(ReadLine *rl, size_t column)
{
    while (rl->shown_cursor > column) {
        rl->ops->puts(rl->opaque, "\b");
        rl->shown_cursor--;
    }
    while (rl->shown_cursor < column) {
        put_char(rl, rl->shown->str[rl->shown_cursor++]);
    }
}

static void refresh(ReadLine *rl)
{
    size_t same = 0;
    size_t shorter = MIN(rl->line->len, rl->shown->len);

    while (same < shorter && rl->line->str[same] == rl->shown->str[same]) {
        same++;
    }
    if (same < rl->line->len || same < rl->shown->len) {
        move_to(rl, same);
        rl->ops->puts(rl->opaque, rl->line->str + same);
        rl->shown_cursor = rl->line->len;
        if (rl->shown->len > rl->line->len) {
            rl->ops->puts(rl->opaque, "\033[K");
        }
        g_string_assign(rl->shown, rl->line->str);
    }
    move_to(rl, rl->cursor);
}

void readline_show_prompt(ReadLine *rl)
{
    rl->ops->puts(rl->opaque, rl->prompt);
    g_string_truncate(rl->shown, 0);
    rl->shown_cursor = 0;
    refresh(rl);
}

/* --- edits --- */

static void insert_text(ReadLine *rl, const char *text)
{
    if (rl->line->len + strlen(text) <= READLINE_MAX_LINE) {
        g_string_insert(rl->line, rl->cursor, text);
        rl->cursor += strlen(text);
    }
}

static void erase(ReadLine *rl, size_t from, size_t to)
{
    g_string_erase(rl->line, from, to - from);
    rl->cursor = from;
}

static void set_line(ReadLine *rl, const char *text)
{
    g_string_assign(rl->line, text);
    rl->cursor = rl->line->len;
}

static size_t word_start(const ReadLine *rl)
{
    size_t at = rl->cursor;
    while (at > 0 && rl->line->str[at - 1] == ' ') {
        at--;
    }
    while (at > 0 && rl->line->str[at - 1] != ' ') {
        at--;
    }
    return at;
}

static size_t word_end(const ReadLine *rl)
{
    size_t at = rl->cursor;
    while (at < rl->line->len && rl->line->str[at] == ' ') {
        at++;
    }
    while (at < rl->line->len && rl->line->str[at] != ' ') {
        at++;
    }
    return at;
}

/* --- history --- */

static void history_add(ReadLine *rl)
{
    GPtrArray *h = rl->history;

    if (rl->line->len > 0 &&
        (h->len == 0 || strcmp(g_ptr_array_index(h, h->len - 1), rl->line->str))) {
        if (h->len == READLINE_MAX_HISTORY) {
            g_ptr_array_remove_index(h, 0);
        }
        g_ptr_array_add(h, g_strdup(rl->line->str));
    }
    rl->history_index = h->len;
}

static void history_move(ReadLine *rl, int step)
{
    if ((step < 0 && rl->history_index == 0) ||
        (step > 0 && rl->history_index == rl->history->len)) {
        return;
    }
    if (rl->history_index == rl->history->len) {
        g_free(rl->unfinished);
        rl->unfinished = g_strdup(rl->line->str);
    }
    rl->history_index += step;
    set_line(rl, rl->history_index == rl->history->len
                     ? rl->unfinished
                     : g_ptr_array_index(rl->history, rl->history_index));
}

/* --- completion --- */

static size_t common_prefix(char **words)
{
    size_t len = strlen(words[0]);
    for (char **word = words + 1; *word; word++) {
        size_t n = 0;
        while (n < len && (*word)[n] == words[0][n]) {
            n++;
        }
        len = n;
    }
    return len;
}

static void complete(ReadLine *rl)
{
    if (!rl->ops->complete) {
        return;
    }
    g_autofree char *start = g_strndup(rl->line->str, rl->cursor);
    g_auto(GStrv) words = rl->ops->complete(rl->opaque, start);
    if (!words || !words[0]) {
        return;
    }
    const char *space = strrchr(start, ' ');
    size_t typed = strlen(space ? space + 1 : start);
    size_t len = common_prefix(words);

    if (len > typed || !words[1]) {
        g_autofree char *rest = g_strndup(words[0] + typed, len - typed);
        insert_text(rl, rest);
        if (!words[1]) {
            insert_text(rl, " ");
        }
        return;
    }
    rl->ops->puts(rl->opaque, "\n");
    for (char **word = words; *word; word++) {
        rl->ops->puts(rl->opaque, *word);
        rl->ops->puts(rl->opaque, word[1] ? "  " : "\n");
    }
    readline_show_prompt(rl);
}

/* --- keys --- */

static void enter(ReadLine *rl)
{
    g_autofree char *line = NULL;

    rl->cursor = rl->line->len;
    refresh(rl);
    rl->ops->puts(rl->opaque, "\n");
    history_add(rl);
    line = g_strdup(rl->line->str);
    set_line(rl, "");
    g_string_truncate(rl->shown, 0);
    rl->shown_cursor = 0;
    rl->ops->line(rl->opaque, line);
}

static void abandon_line(ReadLine *rl)
{
    rl->cursor = rl->line->len;
    refresh(rl);
    rl->ops->puts(rl->opaque, "^C\n");
    set_line(rl, "");
    rl->history_index = rl->history->len;
    readline_show_prompt(rl);
}

static void control_key(ReadLine *rl, uint8_t byte)
{
    switch (byte) {
    case CTRL('a'):
        rl->cursor = 0;
        break;
    case CTRL('b'):
        rl->cursor -= rl->cursor > 0;
        break;
    case CTRL('d'):
        if (rl->cursor < rl->line->len) {
            erase(rl, rl->cursor, rl->cursor + 1);
        }
        break;
    case CTRL('e'):
        rl->cursor = rl->line->len;
        break;
    case CTRL('f'):
        rl->cursor += rl->cursor < rl->line->len;
        break;
    case CTRL('h'):
    case DELETE:
        if (rl->cursor > 0) {
            erase(rl, rl->cursor - 1, rl->cursor);
        }
        break;
    case CTRL('k'):
        erase(rl, rl->cursor, rl->line->len);
        break;
    case CTRL('l'):
        rl->ops->puts(rl->opaque, "\033[2J\033[1;1H");
        readline_show_prompt(rl);
        break;
    case CTRL('n'):
        history_move(rl, 1);
        break;
    case CTRL('p'):
        history_move(rl, -1);
        break;
    case CTRL('u'):
        erase(rl, 0, rl->cursor);
        break;
    case CTRL('w'):
        erase(rl, word_start(rl), rl->cursor);
        break;
    default:
        break;
    }
}

static void plain_byte(ReadLine *rl, uint8_t byte)
{
    switch (byte) {
    case '\n':
        if (rl->last_byte == '\r') {
            break;
        }
        enter(rl);
        break;
    case '\r':
        enter(rl);
        break;
    case '\t':
        complete(rl);
        break;
    case CTRL('c'):
        abandon_line(rl);
        break;
    case ESCAPE:
        rl->state = RL_ESC;
        break;
    default:
        if (byte < ' ' || byte == DELETE) {
            control_key(rl, byte);
        } else {
            insert_text(rl, (const char[]){ byte, '\0' });
        }
        break;
    }
}

static void csi_tilde(ReadLine *rl, unsigned parameter)
{
    switch (parameter) {
    case 1:
    case 7:
        control_key(rl, CTRL('a'));
        break;
    case 3:
        control_key(rl, CTRL('d'));
        break;
    case 4:
    case 8:
        control_key(rl, CTRL('e'));
        break;
    default:
        break;
    }
}

/* The final byte of a control sequence: cursor and editing keys. */
static void csi_final(ReadLine *rl, uint8_t byte)
{
    switch (byte) {
    case 'A':
        history_move(rl, -1);
        break;
    case 'B':
        history_move(rl, 1);
        break;
    case 'C':
        control_key(rl, CTRL('f'));
        break;
    case 'D':
        control_key(rl, CTRL('b'));
        break;
    case 'F':
        control_key(rl, CTRL('e'));
        break;
    case 'H':
        control_key(rl, CTRL('a'));
        break;
    case '~':
        csi_tilde(rl, rl->parameter);
        break;
    default:
        break;
    }
}

static void csi_byte(ReadLine *rl, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        rl->parameter = MIN(rl->parameter * 10 + (byte - '0'), 9999);
    } else if (byte == ';') {
        rl->parameter = 0;
    } else if (byte >= 0x40 && byte <= 0x7e) {
        rl->state = RL_PLAIN;
        csi_final(rl, byte);
    } else if (byte < 0x20 || byte > 0x7e) {
        rl->state = RL_PLAIN; /* not a sequence after all */
    }
}

static void escape_byte(ReadLine *rl, uint8_t byte)
{
    rl->state = RL_PLAIN;
    rl->parameter = 0;
    switch (byte) {
    case '[':
        rl->state = RL_CSI;
        break;
    case 'O':
        rl->state = RL_SS3;
        break;
    case 'b':
        rl->cursor = word_start(rl);
        break;
    case 'f':
        rl->cursor = word_end(rl);
        break;
    case 'd':
        erase(rl, rl->cursor, word_end(rl));
        break;
    default:
        break;
    }
}

void readline_forget_line(ReadLine *rl)
{
    g_string_truncate(rl->line, 0);
    g_string_truncate(rl->shown, 0);
    rl->cursor = 0;
    rl->shown_cursor = 0;
    rl->history_index = rl->history->len;
    rl->state = RL_PLAIN;
}

void readline_handle_byte(ReadLine *rl, uint8_t byte)
{
    switch (rl->state) {
    case RL_PLAIN:
        plain_byte(rl, byte);
        break;
    case RL_ESC:
        escape_byte(rl, byte);
        break;
    case RL_CSI:
        csi_byte(rl, byte);
        break;
    case RL_SS3:
        rl->state = RL_PLAIN;
        csi_final(rl, byte);
        break;
    }
    rl->last_byte = byte;
    refresh(rl);
}

ReadLine *readline_new(const ReadLineOps *ops, void *opaque, const char *prompt)
{
    ReadLine *rl = g_new0(ReadLine, 1);
    rl->ops = ops;
    rl->opaque = opaque;
    rl->prompt = g_strdup(prompt);
    rl->line = g_string_new(NULL);
    rl->shown = g_string_new(NULL);
    rl->history = g_ptr_array_new_with_free_func(g_free);
    return rl;
}

void readline_free(ReadLine *rl)
{
    g_free(rl->prompt);
    g_string_free(rl->line, true);
    g_string_free(rl->shown, true);
    g_ptr_array_unref(rl->history);
    g_free(rl->unfinished);
    g_free(rl);
}
