/* SPDX-License-Identifier: MIT */
/* The present place of this header; hw/irq.h is the one that devices have always used. */
#ifndef HW_CORE_IRQ_H
#define HW_CORE_IRQ_H

#include "hw/irq.h"

#endif
