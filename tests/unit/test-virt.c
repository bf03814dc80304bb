/* SPDX-License-Identifier: MIT */
/*
 * The machine `virt` without an accelerator: what the board builds, what booting puts into memory
 * and how bad files are refused. A process builds one machine, so each case is one.
 */
#include "device-harness.h"

#include <glib/gstdio.h>
#include <libfdt.h>

#include "hw/arm/virt.h"
#include "hw/boards.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "system/device_tree.h"
#include "system/reset.h"
#include "target/arm/cpu.h"

static VirtMachineState *make_machine(uint64_t ram_size, unsigned cpus)
{
    Object *machine = object_new(MACHINE_TYPE_NAME("virt-11.1"));

    object_property_add_child(object_get_root(), "machine", machine);
    current_machine = MACHINE(machine);
    current_machine->ram_size = ram_size;
    current_machine->smp.cpus = current_machine->smp.max_cpus = current_machine->smp.cores = cpus;
    return VIRT_MACHINE(machine);
}

static void set(const char *property, const char *value)
{
    object_property_set_str(OBJECT(current_machine), property, value, &error_fatal);
}

static void build(void)
{
    machine_run_board_init(current_machine, &error_fatal);
    machine_creation_done(current_machine, &error_fatal);
    qemu_devices_reset(RESET_TYPE_COLD);
}

/* A file in the test's directory that is removed when the process ends. */
static char *files[8];
static int nfiles;

static const char *put_file(const void *data, size_t len)
{
    char *path = g_strdup("/tmp/quern-virt-XXXXXX");
    int fd = g_mkstemp(path);

    g_assert_cmpint(write(fd, data, len), ==, len);
    close(fd);
    files[nfiles++] = path;
    return path;
}

static void remove_files(void)
{
    for (int i = 0; i < nfiles; i++) {
        unlink(files[i]);
        g_free(files[i]);
    }
}

static const char *put_image(size_t len, uint64_t text_offset, uint64_t image_size)
{
    g_autofree uint8_t *image = g_malloc0(len);

    memset(image, 0x11, len);
    stq_le_p(image + 8, text_offset);
    stq_le_p(image + 16, image_size);
    stq_le_p(image + 24, 0xa);
    memcpy(image + 56, "ARM\x64", 4);
    return put_file(image, len);
}

/* Cases that work ------------------------------------------------------------------------------ */

static void case_map(void)
{
    void *fdt;

    make_machine(128 * MiB, 1);
    build();
    fdt = current_machine->fdt;
    w32(0, 0x980098);
    g_assert_cmphex(r32(0x10 * 4), ==, 0x510051); /* flash: 'Q' of both devices */
    w32(0, 0xff00ff);
    g_assert_cmphex(r32(0x09030fe0), ==, 0x61); /* PL061 */
    g_assert_cmphex(qemu_fdt_getprop_cell(fdt, "/flash@0", "bank-width", 0), ==, 4);
    g_assert_cmphex(qemu_fdt_getprop_cell(fdt, "/gpio-keys/poweroff", "gpios", 0), ==,
                    qemu_fdt_get_phandle(fdt, "/pl061@9030000"));
    g_assert_cmphex(r32(0x08000004), ==, 8);              /* GICD_TYPER: 288 interrupts, one CPU */
    g_assert_cmphex(r32(0x08010000 + 0xfc), ==, 0x2043b); /* GICC_IIDR */
    g_assert_cmphex(r32(0x09000fe0), ==, 0x11);           /* PL011 */
    g_assert_cmphex(r32(0x09010fe0), ==, 0x31);           /* PL031 */
    w32(0x40000000 + 128 * MiB - 4, 0x12345678);
    g_assert_cmphex(r32(0x40000000 + 128 * MiB - 4), ==, 0x12345678);
    g_assert_cmphex(r32(0x40000000), ==, 0xedfe0dd0); /* without a kernel: the tree */
    g_assert_cmphex(ARM_CPU(first_cpu)->env.pc, ==, 0);
}

/* UART to GIC to CPU: interrupt 33. */
static void case_interrupt(void)
{
    make_machine(128 * MiB, 1);
    build();
    w32(0x08000000, 1);
    w32(0x08000104, 2);
    w32(0x08010000, 1);
    w32(0x08010004, 0xff);
    w32(0x09000030, 0x301);
    w32(0x09000038, 0x20);
    g_assert_cmphex(first_cpu->interrupt_request & CPU_INTERRUPT_HARD, ==, 0);
    w32(0x09000000, 'x');
    g_assert_cmphex(first_cpu->interrupt_request & CPU_INTERRUPT_HARD, !=, 0);
    g_assert_cmphex(r32(0x0801000c), ==, 33);
    g_assert_cmphex(first_cpu->interrupt_request & CPU_INTERRUPT_HARD, ==, 0);
}

static uint64_t tree_u64(const char *node, const char *property)
{
    int len;
    const void *val = qemu_fdt_getprop(current_machine->fdt, node, property, &len, &error_abort);

    g_assert_cmpint(len, ==, 8);
    return ldq_be_p(val);
}

static void case_linux(void)
{
    static const char initrd[] = "some initial RAM disk";
    VirtMachineState *vms = make_machine(256 * MiB, 2);
    void *fdt;
    hwaddr dtb;

    set("kernel", put_image(100000, 0, 3 * MiB));
    set("initrd", put_file(initrd, sizeof(initrd)));
    set("append", "console=ttyAMA0 quiet");
    build();
    fdt = current_machine->fdt;
    dtb = vms->bootinfo.dtb_start;
    g_assert_cmphex(ARM_CPU(first_cpu)->env.pc, ==, 0x40000000);
    g_assert_true(CPU_NEXT(first_cpu)->start_powered_off);
    g_assert_cmphex(r32(0x40000018), ==, 0x40200000); /* the stub's words: kernel and tree */
    g_assert_cmphex(r32(0x40000020), ==, dtb);
    g_assert_cmphex(dtb % (2 * MiB), ==, 0);
    g_assert_cmphex(r32(dtb), ==, 0xedfe0dd0);
    g_assert_cmphex(r32(0x40200040), ==, 0x11111111);
    g_assert_cmphex(tree_u64("/chosen", "linux,initrd-start"), ==, 0x48000000);
    g_assert_cmphex(tree_u64("/chosen", "linux,initrd-end"), ==, 0x48000000 + sizeof(initrd));
    g_assert_cmphex(r32(0x48000000), ==, 0x656d6f73);
    g_assert_cmpstr(qemu_fdt_getprop(fdt, "/chosen", "bootargs", NULL, NULL), ==,
                    "console=ttyAMA0 quiet");
    g_assert_cmpstr(qemu_fdt_getprop(fdt, "/chosen", "stdout-path", NULL, NULL), ==,
                    "/pl011@9000000");
    g_assert_cmpstr(qemu_fdt_getprop(fdt, "/psci", "method", NULL, NULL), ==, "hvc");
    g_assert_cmphex(qemu_fdt_getprop_cell(fdt, "/cpus/cpu@1", "reg", 0), ==, 1);
    g_assert_true(qemu_fdt_node_exists(fdt, "/memory@40000000"));
}

/* Each reset writes the images again, and new seeds. */
static void case_reset(void)
{
    uint64_t seeds[2];
    hwaddr dtb;
    VirtMachineState *vms = make_machine(128 * MiB, 1);
    uint8_t tree[8192];

    set("kernel", put_image(100000, 0x80000, 200000));
    build();
    dtb = vms->bootinfo.dtb_start;
    for (int i = 0; i < 2; i++) {
        address_space_read(&address_space_memory, dtb, MEMTXATTRS_UNSPECIFIED, tree, sizeof(tree));
        seeds[i] = ldq_be_p(qemu_fdt_getprop(tree, "/chosen", "kaslr-seed", NULL, &error_abort));
        w32(0x40080040, 0);
        ARM_CPU(first_cpu)->env.pc = 0x1234;
        qemu_devices_reset(RESET_TYPE_COLD);
        g_assert_cmphex(r32(0x40080040), ==, 0x11111111);
        g_assert_cmphex(ARM_CPU(first_cpu)->env.pc, ==, 0x40000000);
    }
    g_assert_cmphex(seeds[0], !=, seeds[1]);
}

/* A tree of the user's: its memory is replaced, the rest stays. */
static void case_dtb(void)
{
    g_autofree void *fdt = NULL;
    const char *path;
    int size;

    make_machine(64 * MiB, 1);
    fdt = create_device_tree(&size);
    qemu_fdt_setprop_cell(fdt, "/", "#address-cells", 1);
    qemu_fdt_setprop_cell(fdt, "/", "#size-cells", 1);
    qemu_fdt_add_subnode(fdt, "/memory@80000000");
    qemu_fdt_setprop_string(fdt, "/memory@80000000", "device_type", "memory");
    qemu_fdt_add_path(fdt, "/chosen");
    qemu_fdt_setprop_string(fdt, "/chosen", "mine", "yes");
    path = put_file("", 0);
    g_assert_true(qemu_fdt_dump(fdt, path, &error_abort));
    set("kernel", put_image(100000, 0x80000, 200000));
    set("dtb", path);
    build();
    g_free(fdt);
    fdt = g_memdup2(current_machine->fdt, fdt_totalsize(current_machine->fdt));
    g_assert_false(qemu_fdt_node_exists(fdt, "/memory@80000000"));
    g_assert_cmphex(qemu_fdt_getprop_cell(fdt, "/memory@40000000", "reg", 0), ==, 0x40000000);
    g_assert_cmpstr(qemu_fdt_getprop(fdt, "/chosen", "mine", NULL, NULL), ==, "yes");
}

static const struct {
    const char *name;
    void (*run)(void);
} good_cases[] = {
    { "map", case_map },     { "interrupt", case_interrupt },
    { "linux", case_linux }, { "reset", case_reset },
    { "dtb", case_dtb },
};

/* Cases that end with one line and status 1
 * -------------------------------------------------------- */

static const struct {
    const char *name;
    uint64_t ram;
    const char *kernel, *initrd, *dtb, *append; /* "@...": made below */
    const char *words;
} bad_cases[] = {
    { "missing-kernel", 64 * MiB, "/nonexistent", NULL, NULL, NULL, "No such file" },
    { "empty-kernel", 64 * MiB, "@empty", NULL, NULL, NULL, "empty" },
    { "x86-kernel", 64 * MiB, "@x86", NULL, NULL, NULL, "x86" },
    { "directory", 64 * MiB, "/tmp", NULL, NULL, NULL, "directory" },
    { "kernel-too-large", 16 * MiB, "@big", NULL, NULL, NULL, "-m" },
    { "missing-initrd", 64 * MiB, "@image", "/nonexistent", NULL, NULL, "No such file" },
    { "initrd-too-large", 16 * MiB, "@image", "@16M", NULL, NULL, "too large" },
    { "bad-dtb", 64 * MiB, "@image", NULL, "@text", NULL, "not a device tree" },
    { "missing-dtb", 64 * MiB, "@image", NULL, "/nonexistent", NULL, "No such file" },
    { "append-alone", 64 * MiB, NULL, NULL, NULL, "quiet", "-kernel" },
    { "no-memory", 0, "@image", NULL, NULL, NULL, "memory" },
};

static const char *make_file(const char *what)
{
    g_autofree uint8_t *zeros = g_malloc0(16 * MiB);

    if (what[0] != '@') {
        return what;
    }
    switch (what[1]) {
    case 'e':
        return put_file("", 0);
    case 'x':
        memcpy(zeros + 0x202, "HdrS", 4);
        return put_file(zeros, 4096);
    case 'b':
        return put_image(100000, 0, 32 * MiB);
    case 'i':
        return put_image(100000, 0, 200000);
    case '1':
        return put_file(zeros, 16 * MiB);
    default:
        return put_file("some text that is no tree, but long enough to be one", 52);
    }
}

static void run_bad_case(int i)
{
    make_machine(bad_cases[i].ram, 1);
    if (bad_cases[i].kernel) {
        set("kernel", make_file(bad_cases[i].kernel));
    }
    if (bad_cases[i].initrd) {
        set("initrd", make_file(bad_cases[i].initrd));
    }
    if (bad_cases[i].dtb) {
        set("dtb", make_file(bad_cases[i].dtb));
    }
    if (bad_cases[i].append) {
        set("append", bad_cases[i].append);
    }
    build();
}

/* ---------------------------------------------------------------------------------------------- */

static void test_good(gconstpointer data)
{
    int i = GPOINTER_TO_INT(data);

    if (g_test_subprocess()) {
        good_cases[i].run();
        return;
    }
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed();
}

static void test_bad(gconstpointer data)
{
    int i = GPOINTER_TO_INT(data);
    g_autofree char *pattern = g_strdup_printf("*%s*\n", bad_cases[i].words);

    if (g_test_subprocess()) {
        run_bad_case(i);
        return;
    }
    g_test_trap_subprocess(NULL, 30 * G_USEC_PER_SEC, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr(pattern);
    g_test_trap_assert_stderr_unmatched("*\n*\n*");
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    atexit(remove_files);
    for (int i = 0; i < ARRAY_SIZE(good_cases); i++) {
        g_autofree char *name = g_strdup_printf("/virt/%s", good_cases[i].name);

        g_test_add_data_func(name, GINT_TO_POINTER(i), test_good);
    }
    for (int i = 0; i < ARRAY_SIZE(bad_cases); i++) {
        g_autofree char *name = g_strdup_printf("/virt/refuse/%s", bad_cases[i].name);

        g_test_add_data_func(name, GINT_TO_POINTER(i), test_bad);
    }
    return g_test_run();
}
