/* SPDX-License-Identifier: MIT */
/* A button on a GPIO line. */
#ifndef HW_GPIO_GPIO_KEY_H
#define HW_GPIO_GPIO_KEY_H

#include "qom/object.h"

#define TYPE_GPIOKEY "gpio-key"
OBJECT_DECLARE_SIMPLE_TYPE(GPIOKEYState, GPIOKEY)

/* The node of a power button on line @line of the GPIO controller @phandle (gpio-keys.yaml). */
void gpio_key_fdt_add_poweroff(void *fdt, uint32_t phandle, unsigned line);

#endif
