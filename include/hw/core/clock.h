/* SPDX-License-Identifier: MIT */
/* The present place of this header; hw/clock.h is the one that devices have always used. */
#ifndef HW_CORE_CLOCK_H
#define HW_CORE_CLOCK_H

#include "hw/clock.h"

#endif
