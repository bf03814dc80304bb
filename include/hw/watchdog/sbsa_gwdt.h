/* SPDX-License-Identifier: MIT */
/* The generic watchdog of Arm's base system architecture. */
#ifndef HW_WATCHDOG_SBSA_GWDT_H
#define HW_WATCHDOG_SBSA_GWDT_H

#include "qom/object.h"

#define TYPE_WDT_SBSA "sbsa_gwdt"
typedef struct SBSA_GWDTState SBSA_GWDTState;
DECLARE_INSTANCE_CHECKER(SBSA_GWDTState, SBSA_GWDT, TYPE_WDT_SBSA)

/* Regions of the SysBus device, and their size. */
enum { SBSA_GWDT_REFRESH, SBSA_GWDT_CONTROL, SBSA_GWDT_FRAME_SIZE = 0x1000 };

#endif
