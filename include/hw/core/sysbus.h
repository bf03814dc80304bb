/* SPDX-License-Identifier: MIT */
/* The present place of this header; hw/sysbus.h is the one that devices have always used. */
#ifndef HW_CORE_SYSBUS_H
#define HW_CORE_SYSBUS_H

#include "hw/sysbus.h"

#endif
