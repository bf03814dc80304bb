/* SPDX-License-Identifier: MIT */
/*
 * A serial port of the host: raw, eight bits, no parity, one stop bit, without flow control by
 * characters. speed= is its rate in bits a second, 115200 by default; what the guest sets its UART
 * to does not change it.
 */
#include "qemu/osdep.h"

#include "chardev/char-fd.h"
#include "qapi/error.h"
#include "qemu/module.h"

#include <termios.h>

OBJECT_DECLARE_SIMPLE_TYPE(SerialChardev, CHARDEV_SERIAL)

struct SerialChardev {
    FDChardev parent_obj;

    struct termios original; /* goes back when the device is closed */
    bool changed;
};

#define RATE(n)                                                                                    \
    {                                                                                              \
        n, B##n                                                                                    \
    }

static const struct {
    unsigned speed;
    speed_t code;
} rates[] = {
    RATE(50),      RATE(75),      RATE(110),     RATE(134),     RATE(150),     RATE(200),
    RATE(300),     RATE(600),     RATE(1200),    RATE(1800),    RATE(2400),    RATE(4800),
    RATE(9600),    RATE(19200),   RATE(38400),   RATE(57600),   RATE(115200),  RATE(230400),
    RATE(460800),  RATE(500000),  RATE(576000),  RATE(921600),  RATE(1000000), RATE(1152000),
    RATE(1500000), RATE(2000000), RATE(2500000), RATE(3000000), RATE(3500000), RATE(4000000),
};

static bool rate_code(uint64_t speed, speed_t *code, Error **errp)
{
    for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
        if (rates[i].speed == speed) {
            *code = rates[i].code;
            return true;
        }
    }
    error_setg(errp, "speed=%" PRIu64 " is not a rate that serial ports have; 9600 or 115200 is",
               speed);
    return false;
}

static bool set_up_line(SerialChardev *s, int fd, speed_t rate, Error **errp)
{
    struct termios tty;

    if (tcgetattr(fd, &s->original) < 0) {
        error_setg_errno(errp, errno, "not a serial port or terminal");
        return false;
    }
    tty = s->original;
    cfmakeraw(&tty);
    tty.c_cflag = (tty.c_cflag & ~(CSIZE | PARENB | CSTOPB | CRTSCTS)) | CS8 | CREAD | CLOCAL;
    tty.c_iflag &= ~(IXOFF | IXANY);
    tty.c_cc[VMIN] = 1;
    tty.c_cc[VTIME] = 0;
    cfsetispeed(&tty, rate);
    cfsetospeed(&tty, rate);
    if (tcsetattr(fd, TCSANOW, &tty) < 0) {
        error_setg_errno(errp, errno, "can not set up the line");
        return false;
    }
    s->changed = true;
    return true;
}

static const char *const serial_params[] = { "path", "speed", NULL };

static bool serial_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    ERRP_GUARD();
    const char *path = keyval_get(opts, "path");
    uint64_t speed = 115200;
    speed_t rate;

    if (!path || !*path) {
        error_setg(errp, "character device 'serial' needs path=DEVICE, as in /dev/ttyS0");
        return false;
    }
    if (!keyval_get_uint(opts, "speed", UINT32_MAX, &speed, errp) ||
        !rate_code(speed, &rate, errp)) {
        return false;
    }
    int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        error_setg_errno(errp, errno, "can not open '%s'", path);
        return false;
    }
    if (!set_up_line(CHARDEV_SERIAL(chr), fd, rate, errp)) {
        error_prepend(errp, "'%s': ", path);
        close(fd);
        return false;
    }
    fd_chr_open(CHARDEV_FD(chr), fd, fd);
    qemu_chr_set_filename(chr, g_strdup_printf("serial:%s", path));
    return true;
}

static void serial_chr_finalize(Object *obj)
{
    SerialChardev *s = CHARDEV_SERIAL(obj);

    if (s->changed && CHARDEV_FD(s)->fd_in >= 0) {
        tcsetattr(CHARDEV_FD(s)->fd_in, TCSANOW, &s->original);
    }
}

static void serial_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->internal = false;
    cc->params = serial_params;
    cc->short_param = "path";
    cc->chr_open = serial_chr_open;
}

static const TypeInfo serial_chr_type = {
    .name = TYPE_CHARDEV_SERIAL,
    .parent = TYPE_CHARDEV_FD,
    .instance_size = sizeof(SerialChardev),
    .instance_finalize = serial_chr_finalize,
    .class_init = serial_chr_class_init,
};

static void serial_chr_register_types(void)
{
    type_register_static(&serial_chr_type);
}

type_init(serial_chr_register_types)
