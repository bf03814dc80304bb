/* SPDX-License-Identifier: MIT */
/* The present place of this header; hw/qdev-properties.h is the one that devices use. */
#ifndef HW_CORE_QDEV_PROPERTIES_H
#define HW_CORE_QDEV_PROPERTIES_H

#include "hw/qdev-properties.h"

#endif
