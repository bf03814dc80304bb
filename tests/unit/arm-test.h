/* SPDX-License-Identifier: MIT */
/* A CPU with a megabyte of RAM at 0x40000000 and no accelerator, for tests of target/arm. */
#ifndef TESTS_ARM_TEST_H
#define TESTS_ARM_TEST_H

#include "qemu/osdep.h"

#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "target/arm/internals.h"

#define ARM_TEST_RAM      0x40000000ull
#define ARM_TEST_RAM_SIZE 0x100000ull

/* Call once, first. */
static inline void arm_test_init(void)
{
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
}

/* The objects live as long as the program. */
static inline CPUARMState *arm_test_cpu(const char *type)
{
    static MemoryRegion root, ram;
    static AddressSpace as;
    CPUState *cs = CPU(object_new(type));

    if (!root.name) {
        memory_region_init(&root, NULL, "root", UINT64_MAX);
        memory_region_init_ram(&ram, NULL, "ram", ARM_TEST_RAM_SIZE, &error_abort);
        memory_region_add_subregion(&root, ARM_TEST_RAM, &ram);
        address_space_init(&as, &root, "arm-test");
    }
    cs->as = &as;
    cs->exception_index = EXCP_NONE;
    arm_init_sysregs(ARM_CPU(cs));
    return cpu_env(cs);
}

static inline void arm_test_poke(CPUARMState *env, hwaddr addr, uint64_t val)
{
    address_space_stq_le(env_cpu(env)->as, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);
}

#endif
