/* SPDX-License-Identifier: MIT */
/*
 * A small virtual machine monitor on /dev/kvm: `vmm 2|3` runs a payload of its own (guest.S below)
 * with a virtual GICv2 or GICv3 and counts its timer's interrupts; `vmm 3 IMAGE DTB` runs an arm64
 * kernel. What the guest writes to the PL011 at 0x09000000 is printed; other devices read as 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAM      0x40000000ull
#define RAM_SIZE (256ull << 20)
#define KERNEL   (RAM + 0x200000)
#define DTB      (RAM + 0x8000000)
#define UART     0x09000000ull
#define GICD     0x08000000ull
#define GICC     0x08010000ull
#define GICR     0x080a0000ull
#define CORE(field)                                                                                \
    (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(field))

/*
 * The guest, at EL1 with the MMU off; x0: the GIC's version. Five interrupts of the virtual timer
 * (PPI 27), for each a dot; an SGI to itself; then PSCI SYSTEM_OFF.
 */
__asm__(".pushsection .rodata\n"
        ".global payload, payload_end\n"
        ".balign 4096\n"
        "payload:\n"
        "mov x20, x0\n"
        "mov x21, #0\n"
        "mov x22, #0x09000000\n"
        "adr x0, payload_vectors\n msr vbar_el1, x0\n"
        "mov x0, #0x08000000\n" /* distributor: both groups, or 1 with affinity routing */
        "mov w1, #0x13\n cmp x20, #3\n b.eq 1f\n mov w1, #3\n 1: str w1, [x0]\n"
        "b.eq 2f\n"
        "mov w1, #1\n movk w1, #0x800, lsl #16\n str w1, [x0, #0x100]\n" /* v2: ISENABLER0, the SGI
                                                                            and 27 */
        "mov x1, #0x08010000\n mov w2, #0xff\n str w2, [x1, #4]\n mov w2, #1\n str w2, [x1]\n"
        "b 4f\n"
        "2: mov x0, #0x080a0000\n"
        "str wzr, [x0, #0x14]\n" /* GICR_WAKER */
        "3: ldr w1, [x0, #0x14]\n tbnz w1, #2, 3b\n"
        "add x0, x0, #0x10000\n"
        "mov w1, #-1\n str w1, [x0, #0x80]\n"
        "mov w1, #1\n movk w1, #0x800, lsl #16\n str w1, [x0, #0x100]\n"
        "mov x1, #1\n msr s3_0_c12_c12_5, x1\n isb\n" /* ICC_SRE_EL1 */
        "mov x1, #0xff\n msr s3_0_c4_c6_0, x1\n"      /* ICC_PMR_EL1 */
        "mov x1, #1\n msr s3_0_c12_c12_7, x1\n isb\n" /* ICC_IGRPEN1_EL1 */
        "4: mov w1, #'>'\n str w1, [x22]\n"
        "mrs x23, cntfrq_el0\n mov x1, #100\n udiv x23, x23, x1\n" /* 10 ms */
        "msr cntv_tval_el0, x23\n mov x1, #1\n msr cntv_ctl_el0, x1\n"
        "msr daifclr, #2\n"
        "5: wfi\n cmp x21, #5\n b.lo 5b\n"
        "msr cntv_ctl_el0, xzr\n"
        "cmp x20, #3\n b.eq 6f\n"
        "mov x0, #0x08000000\n mov w1, #0x02000000\n str w1, [x0, #0xf00]\n b 7f\n" /* to self */
        "6: mov x1, #1\n msr s3_0_c12_c11_5, x1\n isb\n" /* ICC_SGI1R_EL1: target 0, SGI 0 */
        "7: cmp x21, #6\n b.lo 7b\n"
        "mov w1, #10\n str w1, [x22]\n"
        "mov w0, #8\n movk w0, #0x8400, lsl #16\n hvc #0\n b .\n"
        ".balign 2048\n"
        "payload_vectors:\n"
        ".rept 5\n mov w1, #'!'\n str w1, [x22]\n b .\n .balign 128\n .endr\n" /* to 0x280 */
        "cmp x20, #3\n b.eq 1f\n"
        "mov x3, #0x08010000\n ldr w2, [x3, #12]\n b 2f\n"
        "1: mrs x2, s3_0_c12_c12_0\n" /* ICC_IAR1_EL1 */
        "2: and w4, w2, #0x3ff\n"
        "mov w1, #'.'\n cmp w4, #27\n b.eq 3f\n mov w1, #'s'\n cbz w4, 3f\n mov w1, #'?'\n"
        "3: str w1, [x22]\n"
        "add x21, x21, #1\n"
        "cbz w4, 4f\n msr cntv_tval_el0, x23\n isb\n"
        "4: cmp x20, #3\n b.eq 5f\n"
        "str w2, [x3, #16]\n b 6f\n"
        "5: msr s3_0_c12_c12_1, x2\n" /* ICC_EOIR1_EL1 */
        "6: eret\n"
        ".balign 128\n"
        ".rept 10\n mov w1, #'!'\n str w1, [x22]\n b .\n .balign 128\n .endr\n"
        "payload_end:\n"
        ".popsection\n");
extern const char payload[], payload_end[];

static int check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(2);
    }
    return result;
}

static void device_attr(int dev, unsigned group, uint64_t attr, void *value)
{
    struct kvm_device_attr a = { .group = group, .attr = attr, .addr = (uintptr_t)value };

    check(ioctl(dev, KVM_SET_DEVICE_ATTR, &a), "KVM_SET_DEVICE_ATTR");
}

static int make_gic(int vm, int version)
{
    struct kvm_create_device dev = { .type = version == 3 ? KVM_DEV_TYPE_ARM_VGIC_V3
                                                          : KVM_DEV_TYPE_ARM_VGIC_V2 };
    uint64_t dist = GICD, other = version == 3 ? GICR : GICC;

    check(ioctl(vm, KVM_CREATE_DEVICE, &dev), "no such virtual GIC");
    device_attr(dev.fd, KVM_DEV_ARM_VGIC_GRP_ADDR,
                version == 3 ? KVM_VGIC_V3_ADDR_TYPE_DIST : KVM_VGIC_V2_ADDR_TYPE_DIST, &dist);
    device_attr(dev.fd, KVM_DEV_ARM_VGIC_GRP_ADDR,
                version == 3 ? KVM_VGIC_V3_ADDR_TYPE_REDIST : KVM_VGIC_V2_ADDR_TYPE_CPU, &other);
    return dev.fd;
}

static void load(const char *name, char *to)
{
    int fd = check(open(name, O_RDONLY), name);
    ssize_t n;

    while ((n = read(fd, to, 1 << 20)) > 0) {
        to += n;
    }
    check(n, name);
    close(fd);
}

static void set_reg(int vcpu, uint64_t id, uint64_t value)
{
    struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

    check(ioctl(vcpu, KVM_SET_ONE_REG, &reg), "KVM_SET_ONE_REG");
}

/* The identification registers are what the kernel's driver looks for. */
static uint64_t uart_read(uint64_t offset)
{
    static const unsigned char id[] = { 0x11, 0x10, 0x14, 0, 0x0d, 0xf0, 0x05, 0xb1 };

    if (offset == 0x18) {
        return 0x90; /* FR: nothing to send, nothing received */
    }
    return offset >= 0xfe0 && offset < 0x1000 ? id[(offset - 0xfe0) / 4] : 0;
}

static void mmio(struct kvm_run *run)
{
    uint64_t value = 0, addr = run->mmio.phys_addr;

    if (run->mmio.is_write) {
        if (addr == UART) {
            putchar(run->mmio.data[0]);
            fflush(stdout);
        }
        return;
    }
    if (addr >= UART && addr < UART + 0x1000) {
        value = uart_read(addr - UART);
    }
    memcpy(run->mmio.data, &value, sizeof(value));
}

static int run_guest(int vcpu, struct kvm_run *run)
{
    for (;;) {
        if (ioctl(vcpu, KVM_RUN, 0) < 0 && errno != EINTR) {
            perror("KVM_RUN");
            return 2;
        }
        switch (run->exit_reason) {
        case KVM_EXIT_MMIO:
            mmio(run);
            break;
        case KVM_EXIT_SYSTEM_EVENT:
            printf("system event %u\n", run->system_event.type);
            return 0;
        default:
            printf("exit reason %u\n", run->exit_reason);
            return 2;
        }
    }
}

int main(int argc, char **argv)
{
    int version = argc > 1 ? atoi(argv[1]) : 3;
    int kvm = check(open("/dev/kvm", O_RDWR), "/dev/kvm");
    int vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
    char *ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct kvm_userspace_memory_region region = { .guest_phys_addr = RAM,
                                                  .memory_size = RAM_SIZE,
                                                  .userspace_addr = (uintptr_t)ram };
    struct kvm_vcpu_init init;
    struct kvm_run *run;
    int vcpu, gic;

    if (ram == MAP_FAILED) {
        perror("mmap");
        return 2;
    }
    check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
    vcpu = check(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
    gic = make_gic(vm, version);
    check(ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init), "KVM_ARM_PREFERRED_TARGET");
    init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
    check(ioctl(vcpu, KVM_ARM_VCPU_INIT, &init), "KVM_ARM_VCPU_INIT");
    device_attr(gic, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
    run = mmap(NULL, check(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE"),
               PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    if (run == MAP_FAILED) {
        perror("mmap");
        return 2;
    }
    if (argc > 3) {
        load(argv[2], ram + (KERNEL - RAM));
        load(argv[3], ram + (DTB - RAM));
    } else {
        memcpy(ram + (KERNEL - RAM), payload, payload_end - payload);
    }
    set_reg(vcpu, CORE(regs.pc), KERNEL);
    set_reg(vcpu, CORE(regs.regs[0]), argc > 3 ? DTB : (uint64_t)version);
    return run_guest(vcpu, run);
}
