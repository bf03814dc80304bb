/* SPDX-License-Identifier: MIT */
/* The present place of this header; hw/qdev-properties-system.h is the one devices use. */
#ifndef HW_CORE_QDEV_PROPERTIES_SYSTEM_H
#define HW_CORE_QDEV_PROPERTIES_SYSTEM_H

#include "hw/qdev-properties-system.h"

#endif
