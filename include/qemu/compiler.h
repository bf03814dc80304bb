/* SPDX-License-Identifier: MIT */
/* What the compiler offers beyond C11, under the names the code uses. */
#ifndef QEMU_COMPILER_H
#define QEMU_COMPILER_H

#include <stddef.h>

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define QEMU_PACKED             __attribute__((packed))
#define QEMU_ALIGNED(n)         __attribute__((aligned(n)))
#define QEMU_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define QEMU_SENTINEL           __attribute__((sentinel))
#define QEMU_ALWAYS_INLINE      __attribute__((always_inline))
#define QEMU_NOINLINE           __attribute__((noinline))
#define QEMU_FLATTEN            __attribute__((flatten))
#define QEMU_FALLTHROUGH        __attribute__((fallthrough))
#define QEMU_ERROR(text)        __attribute__((error(text)))
#define QEMU_NORETURN           __attribute__((noreturn))

#define xglue(x, y)  x##y
#define glue(x, y)   xglue(x, y)
#define stringify(s) tostring(s)
#define tostring(s)  #s

#define sizeof_field(type, field) sizeof(((type *)0)->field)
#define typeof_field(type, field) __typeof__(((type *)0)->field)

/* The object of @type whose @member is at @ptr; a pointer of another type draws a warning. */
#define container_of(ptr, type, member)                                                            \
    ((type *)((char *)(1 ? (ptr) : &((type *)0)->member) - offsetof(type, member)))
#define DO_UPCAST(type, field, dev) container_of(dev, type, field)

/* 0 if @field of @type has type @t, otherwise a compile error; for use inside initialisers. */
#define type_check(t1, t2) (sizeof(char[__builtin_types_compatible_p(t1, t2) ? 1 : -1]) - 1)

#define QEMU_BUILD_BUG_MSG(x, msg) _Static_assert(!(x), msg)
#define QEMU_BUILD_BUG_ON(x)       QEMU_BUILD_BUG_MSG(x, "not expecting: " #x)
#define QEMU_BUILD_BUG_ON_ZERO(x)  (sizeof(struct { int build_bug_ : (x) ? -1 : 1; }) - sizeof(int))

#if defined(__SANITIZE_ADDRESS__)
#define QUERN_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define QUERN_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define QUERN_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QUERN_TSAN 1
#endif
#endif

#endif
