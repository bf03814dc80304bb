/* SPDX-License-Identifier: MIT */
/*
 * The commands of the human monitor. help, completion and hints come from these rows. A row
 * without a handler is filled by the subsystem that knows (monitor_register_hmp).
 */
#include "qemu/osdep.h"

#include "monitor-internal.h"

/* clang-format off */
HMPCommand hmp_commands[] = {
    { "help", "?", "[COMMAND]", "what there is, or one command", hmp_help },
    { "info", NULL, "[SUBCOMMAND]", "show the state of something", hmp_info },
    { "quit", "q", "", "quit the emulator", hmp_quit },
    { "stop", "s", "", "stop the guest", hmp_stop },
    { "cont", "c", "", "let the guest run", hmp_cont },
    { "system_reset", NULL, "", "reset the machine", hmp_system_reset },
    { "system_powerdown", NULL, "", "press the machine's power button", hmp_system_powerdown },
    { "device_add", NULL, "DRIVER[,id=ID][,PROP=VALUE...]", "add a device, where its bus allows it",
      hmp_device_add },
    { "device_del", NULL, "ID", "take a device out", hmp_device_del },
    { "cpu", NULL, "INDEX", "choose the CPU that other commands mean", hmp_cpu },
    { "x-state-roundtrip", NULL, "[SEED]",
      "for tests: save, disturb and load the machine's state, compare, go on",
      hmp_state_roundtrip },
    { "x", NULL, "/FMT ADDR", "show guest memory at a virtual address", hmp_memory_dump },
    { "xp", NULL, "/FMT ADDR", "show guest memory at a physical address",
      hmp_physical_memory_dump },
    { "print", "p", "/FMT EXPR", "show the value of an expression ($pc: program counter)",
      hmp_print },
    { "log", NULL, "ITEM[,...]", "log these items; 'none' stops, 'help' lists them", hmp_log },
    { "logfile", NULL, "FILE", "log into FILE", hmp_logfile },
    { "ringbuf_read", NULL, "CHARDEV SIZE", "take bytes out of a ring buffer", hmp_ringbuf_read },
    { "ringbuf_write", NULL, "CHARDEV TEXT", "put text into a ring buffer", hmp_ringbuf_write },
    { "chardev-send-break", NULL, "CHARDEV", "send a break (a kernel's SysRq) as a terminal does",
      hmp_chardev_send_break },
    { "qom-list", NULL, "[PATH]", "properties of an object", hmp_qom_list },
    { "qom-get", NULL, "PATH PROPERTY", "value of an object's property", hmp_qom_get },
    { "qom-set", NULL, "PATH PROPERTY VALUE", "set an object's property", hmp_qom_set },
    { NULL },
};

HMPCommand hmp_info_commands[] = {
    { "chardev", NULL, "", "character devices", hmp_info_chardev },
    { "cpus", NULL, "", "the CPUs", hmp_info_cpus },
    { "jit", NULL, "", "translated code: sizes, exits, evictions", hmp_info_jit },
    { "mtree", NULL, "[-f] [-o] [-D]",
      "memory regions (-f: flat views, -o: owners, -D: disabled ones too)", hmp_info_mtree },
    { "name", NULL, "", "the guest's name", hmp_info_name },
    { "qom-tree", NULL, "[PATH]", "objects and their types", hmp_info_qom_tree },
    { "qtree", NULL, "", "devices, by bus, and their properties", hmp_info_qtree },
    { "registers", NULL, "[-a]", "registers of the CPU (-a: of all)", hmp_info_registers },
    { "replay-hash", NULL, "", "what was executed, with -icount, as a number",
      hmp_info_replay_hash },
    { "roms", NULL, "", "images that a reset loads", hmp_info_roms },
    { "status", NULL, "", "is the guest running?", hmp_info_status },
    { "version", NULL, "", "version of the emulator", hmp_info_version },
    { NULL },
};
/* clang-format on */
