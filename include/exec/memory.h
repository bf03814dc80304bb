/* SPDX-License-Identifier: MIT */
/* The former place of system/memory.h. */
#include "system/memory.h"
