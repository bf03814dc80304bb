/* SPDX-License-Identifier: MIT */
/* The present place of this header; hw/qdev-core.h is the one that devices have always used. */
#ifndef HW_CORE_QDEV_H
#define HW_CORE_QDEV_H

#include "hw/qdev-core.h"

#endif
