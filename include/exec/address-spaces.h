/* SPDX-License-Identifier: MIT */
/* The former place of system/address-spaces.h. */
#include "system/address-spaces.h"
