/* SPDX-License-Identifier: MIT */
/* What a bus transaction carries besides address and data, and how it ends. */
#ifndef EXEC_MEMATTRS_H
#define EXEC_MEMATTRS_H

#include <stdint.h>

typedef struct MemTxAttrs {
    unsigned int secure : 1; /* Arm: secure; x86: in system management mode */
    unsigned int space : 2;  /* Arm: ArmSecuritySpace */
    unsigned int user : 1;   /* unprivileged */
    unsigned int memory : 1; /* only RAM may answer, a device gives MEMTX_ACCESS_ERROR */
    unsigned int debug : 1;  /* from a debugger or monitor: no side effects wanted */
    unsigned int requester_id : 16;
    unsigned int pid : 8;
    unsigned int address_type : 1; /* PCI: address is already translated */
    unsigned int unspecified : 1;  /* nothing above is meant */
} MemTxAttrs;

#define MEMTXATTRS_UNSPECIFIED ((MemTxAttrs){ .unspecified = 1 })

/* A bit set of errors; the results of the parts of a long access are or-ed together. */
typedef uint32_t MemTxResult;

#define MEMTX_OK           0U
#define MEMTX_ERROR        (1U << 0) /* the device refused */
#define MEMTX_DECODE_ERROR (1U << 1) /* nothing at that address */
#define MEMTX_ACCESS_ERROR (1U << 2) /* not allowed by the attributes, or re-entrant */

#endif
