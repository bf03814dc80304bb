/* SPDX-License-Identifier: MIT */
/* The present place of this header; hw/resettable.h is the one that devices have always used. */
#ifndef HW_CORE_RESETTABLE_H
#define HW_CORE_RESETTABLE_H

#include "hw/resettable.h"

#endif
