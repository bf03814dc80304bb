/* SPDX-License-Identifier: MIT */
/*
 * The command line options: one table, from which they are parsed, -h is printed and unknown ones
 * get their nearest neighbour. A row without a handler is an option of QEMU's that does not exist
 * here yet; naming it in full keeps the message honest and swallows its argument correctly.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "system/system.h"

#include "launch.h"

static OptionHandler opt_help, opt_version, opt_nodefaults, opt_ignored, opt_paused, opt_audio;

typedef enum {
    GROUP_STANDARD,
    GROUP_BLOCK,
    GROUP_USB,
    GROUP_DISPLAY,
    GROUP_NETWORK,
    GROUP_CHARDEV,
    GROUP_BOOT,
    GROUP_DEBUG,
    GROUP_OBJECT,
    GROUP_COUNT,
} OptionGroup;

static const char *const group_titles[GROUP_COUNT] = {
    [GROUP_STANDARD] = "Standard options",
    [GROUP_BLOCK] = "Block device options",
    [GROUP_USB] = "USB convenience options",
    [GROUP_DISPLAY] = "Display options",
    [GROUP_NETWORK] = "Network options",
    [GROUP_CHARDEV] = "Character device options",
    [GROUP_BOOT] = "Boot image or kernel specific",
    [GROUP_DEBUG] = "Debug/expert options",
    [GROUP_OBJECT] = "Generic object creation",
};

typedef struct OptionDesc {
    OptionGroup group;
    const char *name;
    const char *alias; /* a second name, or NULL */
    const char *arg;   /* the argument as -h shows it; NULL: takes none */
    OptionHandler *handler;
    const char *help; /* lines after the first are indented by the printer */
} OptionDesc;

/* clang-format off */
static const OptionDesc options[] = {
    { GROUP_STANDARD, "h", "help", NULL, opt_help, "show this help and exit" },
    { GROUP_STANDARD, "version", NULL, NULL, opt_version, "show the version and exit" },
    { GROUP_STANDARD, "machine", "M", "[type=]NAME[,PROP=VALUE...]", opt_machine,
      "the machine to emulate and its properties; 'help' lists them\n"
      "accel=ACCEL[:ACCEL...] picks accelerators, first one that works" },
    { GROUP_STANDARD, "cpu", NULL, "MODEL[,FEATURE=VALUE...]", opt_cpu,
      "the CPU model; 'help' lists them" },
    { GROUP_STANDARD, "accel", NULL, "NAME[,PROP=VALUE...]", opt_accel,
      "how guest code is run; 'help' lists what there is\n"
      "tcg: thread=single|multi, tb-size=MIB (code cache), tb-insns=N (longest block)" },
    { GROUP_STANDARD, "smp", NULL,
      "[cpus=]N[,maxcpus=N][,sockets=N][,clusters=N][,cores=N][,threads=N]", opt_smp,
      "number of CPUs and their topology; maxcpus is the product of all levels,\n"
      "of which the first left out of cores, sockets and threads is computed" },
    { GROUP_STANDARD, "m", NULL, "[size=]SIZE", opt_memory,
      "guest memory, in MiB unless it ends in K, M, G or T" },
    { GROUP_STANDARD, "global", NULL, "DRIVER.PROPERTY=VALUE", opt_global,
      "a default for a property of every device of a type" },
    { GROUP_STANDARD, "device", NULL, "DRIVER[,id=ID][,bus=BUS][,PROP=VALUE...]", opt_device,
      "add a device; 'help' lists drivers, 'DRIVER,help' its properties\n"
      "also in JSON: '{\"driver\": \"DRIVER\", \"id\": \"ID\", ...}'" },
    { GROUP_STANDARD, "name", NULL, "[guest=]NAME[,process=NAME][,debug-threads=on|off]", opt_name,
      "the guest's name, and the process's for the host's tools" },
    { GROUP_STANDARD, "add-fd", NULL, "fd=FD,set=SET" },
    { GROUP_STANDARD, "audio", NULL, "[driver=]none", opt_audio, "no sound" },
    { GROUP_STANDARD, "audiodev", NULL, "DRIVER" },
    { GROUP_STANDARD, "audio-help", NULL, NULL },
    { GROUP_STANDARD, "boot", NULL, "ORDER" },
    { GROUP_STANDARD, "k", NULL, "LANGUAGE" },
    { GROUP_STANDARD, "mem-path", NULL, "FILE" },
    { GROUP_STANDARD, "mem-prealloc", NULL, NULL },
    { GROUP_STANDARD, "numa", NULL, "NODE" },
    { GROUP_STANDARD, "set", NULL, "GROUP.ID.ARG=VALUE" },
    { GROUP_STANDARD, "uuid", NULL, "UUID", opt_uuid, "the machine's UUID" },
    { GROUP_STANDARD, "smbios", NULL, "FIELDS" },

    { GROUP_BLOCK, "blockdev", NULL, "NODE" },
    { GROUP_BLOCK, "drive", NULL, "if=pflash,file=FILE[,format=raw][,unit=N][,readonly=on|off]",
      opt_drive, "a file for a flash bank of the board" },
    { GROUP_BLOCK, "cdrom", NULL, "FILE" },
    { GROUP_BLOCK, "fda", NULL, "FILE" },
    { GROUP_BLOCK, "fdb", NULL, "FILE" },
    { GROUP_BLOCK, "hda", NULL, "FILE" },
    { GROUP_BLOCK, "hdb", NULL, "FILE" },
    { GROUP_BLOCK, "hdc", NULL, "FILE" },
    { GROUP_BLOCK, "hdd", NULL, "FILE" },
    { GROUP_BLOCK, "fsdev", NULL, "FSDEV" },
    { GROUP_BLOCK, "virtfs", NULL, "FSDEV" },
    { GROUP_BLOCK, "iscsi", NULL, "ISCSI" },
    { GROUP_BLOCK, "mtdblock", NULL, "FILE" },
    { GROUP_BLOCK, "pflash", NULL, "FILE", opt_pflash, "a file for the next flash bank" },
    { GROUP_BLOCK, "sd", NULL, "FILE" },
    { GROUP_BLOCK, "snapshot", NULL, NULL },

    { GROUP_USB, "usb", NULL, NULL },
    { GROUP_USB, "usbdevice", NULL, "NAME" },

    { GROUP_DISPLAY, "display", NULL, "none", opt_display,
      "no display, and nothing on this terminal unless asked for" },
    { GROUP_DISPLAY, "nographic", NULL, NULL, opt_nographic,
      "first serial line and monitor on this terminal (Ctrl-A H: keys)\n"
      "This is also what happens without any display option: there are no displays yet." },
    { GROUP_DISPLAY, "full-screen", NULL, NULL },
    { GROUP_DISPLAY, "spice", NULL, "SPICE" },
    { GROUP_DISPLAY, "vga", NULL, "TYPE" },
    { GROUP_DISPLAY, "vnc", NULL, "DISPLAY" },

    { GROUP_NETWORK, "net", NULL, "NET" },
    { GROUP_NETWORK, "netdev", NULL, "NETDEV" },
    { GROUP_NETWORK, "nic", NULL, "NIC" },

    { GROUP_CHARDEV, "chardev", NULL,
      "BACKEND,id=ID[,mux=on|off][,logfile=PATH][,logappend=on|off]", opt_chardev,
      "a character device; 'help' lists backends\n"
      "stdio[,signal=on|off]  null  ringbuf[,size=SIZE]  file,path=PATH[,append=on|off]\n"
      "socket,path=PATH|host=HOST,port=PORT[,server=on|off][,wait=on|off][,reconnect=SEC]\n"
      "pty[,path=LINK]  pipe,path=PATH  serial,path=DEVICE[,speed=N]  testdev" },

    { GROUP_BOOT, "kernel", NULL, "FILE", opt_kernel, "boot this kernel image" },
    { GROUP_BOOT, "initrd", NULL, "FILE", opt_initrd, "give the kernel this initial ram disk" },
    { GROUP_BOOT, "append", NULL, "TEXT", opt_append, "give the kernel this command line" },
    { GROUP_BOOT, "dtb", NULL, "FILE", opt_dtb,
      "use this device tree instead of the machine's own" },
    { GROUP_BOOT, "bios", NULL, "FILE", opt_firmware, "start this firmware" },
    { GROUP_BOOT, "L", NULL, "DIR", opt_data_dir,
      "look for firmware here first; 'help' lists the directories" },
    { GROUP_BOOT, "acpitable", NULL, "TABLE" },
    { GROUP_BOOT, "fw_cfg", NULL, "[name=]NAME,file=FILE|string=TEXT", opt_fw_cfg,
      "a file for firmware; NAME should begin with opt/" },
    { GROUP_BOOT, "option-rom", NULL, "FILE" },
    { GROUP_BOOT, "shim", NULL, "FILE" },

    { GROUP_DEBUG, "serial", NULL, "DEV", opt_serial,
      "connect the next serial line of the board to DEV: stdio, mon:stdio (shared with\n"
      "a monitor), file:PATH, unix:PATH, tcp:HOST:PORT, pty, null, none, chardev:ID" },
    { GROUP_DEBUG, "monitor", NULL, "DEV", opt_monitor, "put a monitor on DEV (as for -serial)" },
    { GROUP_DEBUG, "mon", NULL, "[chardev=]ID[,mode=readline|control][,pretty=on|off]", opt_mon,
      "put a monitor on a character device; control: for programs (QMP)" },
    { GROUP_DEBUG, "echr", NULL, "N", opt_echr,
      "the escape character of shared terminals; 1 is Ctrl-A, 0 turns it off" },
    { GROUP_DEBUG, "S", NULL, NULL, opt_paused,
      "do not start the CPUs; the monitor's 'cont' does" },
    { GROUP_DEBUG, "no-reboot", NULL, NULL, opt_no_reboot, "quit when the guest reboots" },
    { GROUP_DEBUG, "no-shutdown", NULL, NULL, opt_no_shutdown,
      "stay, stopped, when the guest powers off" },
    { GROUP_DEBUG, "action", NULL, "EVENT=ACTION[,...]", opt_action,
      "reboot=reset|shutdown, shutdown=poweroff|pause,\n"
      "panic=pause|shutdown|exit-failure|none" },
    { GROUP_DEBUG, "d", NULL, "ITEM[,...]", opt_log_items, "log these; 'help' lists them" },
    { GROUP_DEBUG, "D", NULL, "FILE", opt_log_file, "log into FILE instead of stderr" },
    { GROUP_DEBUG, "dfilter", NULL, "RANGE[,...]", opt_log_filter,
      "log only guest code in these ranges: START..END, START+SIZE, END-SIZE" },
    { GROUP_DEBUG, "semihosting", NULL, NULL, opt_semihosting,
      "let the guest call the host (Arm semihosting)" },
    { GROUP_DEBUG, "semihosting-config", NULL,
      "[enable=on|off][,target=native][,chardev=ID][,arg=TEXT...]",
      opt_semihosting_config, "the same, with settings" },
    { GROUP_DEBUG, "nodefaults", NULL, NULL, opt_nodefaults, "no devices that nobody asked for" },
    { GROUP_DEBUG, "no-user-config", NULL, NULL, opt_ignored,
      "accepted; there is no user configuration" },
    { GROUP_DEBUG, "async-teardown", NULL, NULL },
    { GROUP_DEBUG, "chroot", NULL, "DIR" },
    { GROUP_DEBUG, "compat", NULL, "POLICY" },
    { GROUP_DEBUG, "daemonize", NULL, NULL, opt_daemonize,
      "leave the terminal once the machine runs" },
    { GROUP_DEBUG, "debugcon", NULL, "DEV" },
    { GROUP_DEBUG, "dump-vmstate", NULL, "FILE" },
    { GROUP_DEBUG, "enable-sync-profile", NULL, NULL },
    { GROUP_DEBUG, "gdb", NULL, "DEV", opt_gdb,
      "serve gdb on DEV (as for -serial; tcp: and unix: listen)" },
    { GROUP_DEBUG, "icount", NULL, "[shift=]N|auto[,align=on|off][,sleep=on|off]", opt_icount,
      "the guest's time counts its instructions, 2^N ns each" },
    { GROUP_DEBUG, "incoming", NULL, "URI" },
    { GROUP_DEBUG, "jitdump", NULL, NULL, opt_jitdump,
      "record translated code for perf in ./jit-PID.dump" },
    { GROUP_DEBUG, "loadvm", NULL, "TAG" },
    { GROUP_DEBUG, "msg", NULL, "FORMAT" },
    { GROUP_DEBUG, "only-migratable", NULL, NULL },
    { GROUP_DEBUG, "overcommit", NULL, "WHAT" },
    { GROUP_DEBUG, "parallel", NULL, "DEV" },
    { GROUP_DEBUG, "perfmap", NULL, NULL, opt_perfmap,
      "name translated code for perf in /tmp/perf-PID.map" },
    { GROUP_DEBUG, "pidfile", NULL, "FILE", opt_pidfile,
      "write the process's number into FILE while it lives" },
    { GROUP_DEBUG, "plugin", NULL, "FILE" },
    { GROUP_DEBUG, "preconfig", NULL, NULL },
    { GROUP_DEBUG, "prom-env", NULL, "VARIABLE=VALUE" },
    { GROUP_DEBUG, "qmp", NULL, "DEV", opt_qmp,
      "serve the monitor protocol for programs on DEV (as for -serial)" },
    { GROUP_DEBUG, "qmp-pretty", NULL, "DEV", opt_qmp_pretty, "the same, indented for people" },
    { GROUP_DEBUG, "qtest", NULL, "DEV", opt_qtest,
      "serve the device test protocol on DEV (as for -serial)" },
    { GROUP_DEBUG, "qtest-log", NULL, "FILE", opt_qtest_log,
      "log that protocol into FILE instead of stderr; 'none' for no log" },
    { GROUP_DEBUG, "readconfig", NULL, "FILE", opt_readconfig,
      "more options from FILE, in sections named as the options are" },
    { GROUP_DEBUG, "rtc", NULL, "[base=utc|localtime|DATE][,clock=host|rt|vm][,driftfix=none|slew]",
      opt_rtc, "what the guest's clock shows at the start, and what it counts with" },
    { GROUP_DEBUG, "run-with", NULL, "[exit-with-parent=on|off]", opt_run_with,
      "end when the process that started the emulator does" },
    { GROUP_DEBUG, "s", NULL, NULL, opt_gdb_default, "the same as -gdb tcp::1234" },
    { GROUP_DEBUG, "sandbox", NULL, "POLICY" },
    { GROUP_DEBUG, "seed", NULL, "N", opt_seed,
      "make the guest's random numbers from N instead of the host's" },
    { GROUP_DEBUG, "tpmdev", NULL, "TPM" },
    { GROUP_DEBUG, "trace", NULL, "EVENTS" },
    { GROUP_DEBUG, "watchdog-action", NULL, "ACTION", opt_watchdog_action,
      "when a watchdog fires: reset (the default), shutdown, poweroff, pause, debug, none" },
    { GROUP_DEBUG, "xen-domid", NULL, "ID" },

    { GROUP_OBJECT, "enable-kvm", NULL, NULL },
    { GROUP_OBJECT, "object", NULL, "TYPE,id=ID[,PROP=VALUE...]", opt_object,
      "make an object that devices are connected to; 'help' lists types\n"
      "also in JSON: '{\"qom-type\": \"TYPE\", \"id\": \"ID\", ...}'" },
};
/* clang-format on */

/* --- help --- */

#define HELP_COLUMN 16

static void print_option(const OptionDesc *o)
{
    g_autoptr(GString) head = g_string_new(NULL);

    g_string_printf(head, "-%s", o->name);
    if (o->alias) {
        g_string_append_printf(head, " or -%s", o->alias);
    }
    if (o->arg) {
        g_string_append_printf(head, " %s", o->arg);
    }
    g_auto(GStrv) lines = g_strsplit(o->help, "\n", -1);
    if (head->len < HELP_COLUMN) {
        printf("%-*s%s\n", HELP_COLUMN, head->str, lines[0]);
    } else {
        printf("%s\n%*s%s\n", head->str, HELP_COLUMN, "", lines[0]);
    }
    for (char **line = lines + 1; *line; line++) {
        printf("%*s%s\n", HELP_COLUMN, "", *line);
    }
}

static void print_missing_options(void)
{
    int column = 100;

    printf("\nOptions of QEMU that are not supported yet:");
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        int width = strlen(options[i].name) + 2;
        if (options[i].handler) {
            continue;
        }
        if (column + width > 78) {
            printf("\n ");
            column = 1;
        }
        column += printf(" -%s", options[i].name);
    }
    printf("\n");
}

void launch_print_help(const Launch *l)
{
    printf("%s\nusage: %s [options]\n", quern_version_line(), error_get_progname());
    for (int group = 0; group < GROUP_COUNT; group++) {
        bool title_done = false;
        for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
            if (options[i].group != group || !options[i].handler) {
                continue;
            }
            if (!title_done) {
                printf("\n%s:\n", group_titles[group]);
                title_done = true;
            }
            print_option(&options[i]);
        }
    }
    print_missing_options();
    printf("\nOn a terminal shared with the monitor (-nographic, mon:stdio): Ctrl-A H for help,\n"
           "Ctrl-A X to quit, Ctrl-A C to switch to the monitor and back.\n");
}

/* --- parsing --- */

static const OptionDesc *find_option(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        const OptionDesc *o = &options[i];
        if (!strcmp(name, o->name) || (o->alias && !strcmp(name, o->alias))) {
            return o;
        }
    }
    return NULL;
}

static void unknown_option(const char *word, const char *name, Error **errp)
{
    const char *names[2 * ARRAY_SIZE(options) + 1];
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        names[n++] = options[i].name;
        if (options[i].alias) {
            names[n++] = options[i].alias;
        }
    }
    names[n] = NULL;
    const char *near = nearest_name(name, names);
    if (near) {
        error_setg(errp, "%s: unknown option; did you mean '-%s'?", word, near);
    } else {
        error_setg(errp, "%s: unknown option; -h lists them", word);
    }
}

/* Option @word with the words after it; *used tells how many of those were its argument. */
static bool parse_option(Launch *l, const char *word, const char *next, int *used, Error **errp)
{
    ERRP_GUARD();
    const char *name = word + (word[1] == '-' ? 2 : 1);
    const OptionDesc *o = find_option(name);

    if (!o) {
        unknown_option(word, name, errp);
        return false;
    }
    if (!o->handler) {
        error_setg(errp, "%s: this option of QEMU is not supported yet", word);
        return false;
    }
    if (o->arg && !next) {
        error_setg(errp, "%s: an argument is missing: %s", word, o->arg);
        return false;
    }
    *used = o->arg != NULL;
    if (!o->handler(l, o->arg ? next : NULL, errp)) {
        error_prepend(errp, "%s%s%s: ", word, o->arg ? " " : "", o->arg ? next : "");
        return false;
    }
    return true;
}

bool launch_parse_options(Launch *l, int argc, char **argv, Error **errp)
{
    for (int i = 1; i < argc && !l->done; i++) {
        int used = 0;
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            error_setg(errp, "%s: disk images are not supported yet; options start with '-'",
                       argv[i]);
            return false;
        }
        if (!parse_option(l, argv[i], argv[i + 1], &used, errp)) {
            return false;
        }
        i += used;
    }
    return true;
}

/* --- options that need no file of their own --- */

static bool opt_help(Launch *l, const char *arg, Error **errp)
{
    launch_print_help(l);
    l->done = true;
    return true;
}

static bool opt_version(Launch *l, const char *arg, Error **errp)
{
    printf("%s\nLicence: MIT\n", quern_version_line());
    l->done = true;
    return true;
}

static bool opt_nodefaults(Launch *l, const char *arg, Error **errp)
{
    l->nodefaults = true;
    return true;
}

static bool opt_paused(Launch *l, const char *arg, Error **errp)
{
    l->paused = true;
    return true;
}

/* There is no sound device: silence is what can be asked for. */
static bool opt_audio(Launch *l, const char *arg, Error **errp)
{
    static const char *const known[] = { "driver", "model", "id", NULL };
    g_autoptr(KeyVal) kv = keyval_parse(arg, "driver", errp);
    const char *driver = kv ? keyval_get(kv, "driver") : NULL;

    if (kv && !keyval_check_keys(kv, known, "-audio", errp)) {
        return false;
    }
    if (kv && g_strcmp0(driver, "none")) {
        error_setg(errp, "audio driver '%s' is not supported yet; there is: none",
                   driver ? driver : "");
        return false;
    }
    return kv != NULL;
}

static bool opt_ignored(Launch *l, const char *arg, Error **errp)
{
    return true;
}
