/* SPDX-License-Identifier: MIT */
/*
 * Loads and stores of one number. Part of system/memory.h.
 *
 * address_space_ldl_le(as, addr, attrs, &result) and so on: the size is b w l q, the byte order
 * _le, _be or the target's own. @result may be NULL. An aligned access to RAM is single-copy
 * atomic. ldl_le_phys(as, addr) is the same without attributes.
 */
#ifndef SYSTEM_MEMORY_LDST_H
#define SYSTEM_MEMORY_LDST_H

/* The general form: @op gives size and byte order. */
uint64_t address_space_load(AddressSpace *as, hwaddr addr, MemOp op, MemTxAttrs attrs,
                            MemTxResult *result);
void address_space_store(AddressSpace *as, hwaddr addr, uint64_t val, MemOp op, MemTxAttrs attrs,
                         MemTxResult *result);

static inline MemOp memop_target_order(void)
{
    return target_big_endian() ? MO_BE : MO_LE;
}

#define ADDRESS_SPACE_LD(NAME, TYPE, OP)                                                           \
    static inline TYPE address_space_##NAME(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,       \
                                            MemTxResult *result)                                   \
    {                                                                                              \
        return (TYPE)address_space_load(as, addr, (MemOp)(OP), attrs, result);                     \
    }                                                                                              \
    static inline TYPE NAME##_phys(AddressSpace *as, hwaddr addr)                                  \
    {                                                                                              \
        return address_space_##NAME(as, addr, MEMTXATTRS_UNSPECIFIED, NULL);                       \
    }

#define ADDRESS_SPACE_ST(NAME, TYPE, OP)                                                           \
    static inline void address_space_##NAME(AddressSpace *as, hwaddr addr, TYPE val,               \
                                            MemTxAttrs attrs, MemTxResult *result)                 \
    {                                                                                              \
        address_space_store(as, addr, val, (MemOp)(OP), attrs, result);                            \
    }                                                                                              \
    static inline void NAME##_phys(AddressSpace *as, hwaddr addr, TYPE val)                        \
    {                                                                                              \
        address_space_##NAME(as, addr, val, MEMTXATTRS_UNSPECIFIED, NULL);                         \
    }

ADDRESS_SPACE_LD(ldub, uint8_t, MO_8)
ADDRESS_SPACE_LD(lduw, uint16_t, MO_16 | memop_target_order())
ADDRESS_SPACE_LD(lduw_le, uint16_t, MO_16 | MO_LE)
ADDRESS_SPACE_LD(lduw_be, uint16_t, MO_16 | MO_BE)
ADDRESS_SPACE_LD(ldl, uint32_t, MO_32 | memop_target_order())
ADDRESS_SPACE_LD(ldl_le, uint32_t, MO_32 | MO_LE)
ADDRESS_SPACE_LD(ldl_be, uint32_t, MO_32 | MO_BE)
ADDRESS_SPACE_LD(ldq, uint64_t, MO_64 | memop_target_order())
ADDRESS_SPACE_LD(ldq_le, uint64_t, MO_64 | MO_LE)
ADDRESS_SPACE_LD(ldq_be, uint64_t, MO_64 | MO_BE)
ADDRESS_SPACE_ST(stb, uint8_t, MO_8)
ADDRESS_SPACE_ST(stw, uint16_t, MO_16 | memop_target_order())
ADDRESS_SPACE_ST(stw_le, uint16_t, MO_16 | MO_LE)
ADDRESS_SPACE_ST(stw_be, uint16_t, MO_16 | MO_BE)
ADDRESS_SPACE_ST(stl, uint32_t, MO_32 | memop_target_order())
ADDRESS_SPACE_ST(stl_le, uint32_t, MO_32 | MO_LE)
ADDRESS_SPACE_ST(stl_be, uint32_t, MO_32 | MO_BE)
ADDRESS_SPACE_ST(stq, uint64_t, MO_64 | memop_target_order())
ADDRESS_SPACE_ST(stq_le, uint64_t, MO_64 | MO_LE)
ADDRESS_SPACE_ST(stq_be, uint64_t, MO_64 | MO_BE)

#undef ADDRESS_SPACE_LD
#undef ADDRESS_SPACE_ST

#endif
