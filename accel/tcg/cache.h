/* SPDX-License-Identifier: MIT */
/* What the code cache's two files share: cache.c fills segments, evict.c says which one to free. */
#ifndef ACCEL_TCG_CACHE_H
#define ACCEL_TCG_CACHE_H

#include "internal.h"

#define N_SEGMENTS 32

typedef enum CacheGeneration {
    GEN_YOUNG, /* blocks translated for the first time */
    GEN_OLD,   /* blocks that had been evicted before */
    N_GENERATIONS
} CacheGeneration;

typedef struct Segment {
    uint8_t *code, *code_p, *code_end;
    uint8_t *data, *data_p, *data_end;
    TranslationBlock **blocks; /* by rising code address */
    unsigned n_blocks;         /* (atomic) */
    uint64_t retired;          /* epoch from which it is free */
    /* For eviction: */
    CacheGeneration generation;
    uint64_t filled;  /* n_filled when it became a current segment */
    uint64_t cleared; /* n_filled when its marks were cleared last */
    enum { SEG_FILLED, SEG_WATCHED, SEG_KNOWN } state; /* cleared never, once, more often */
    size_t used; /* bytes of blocks that were marked since the marks were cleared last */
    size_t heat; /* the same of the times before, averaged; if SEG_KNOWN */
} Segment;

typedef struct CodeCache {
    Segment seg[N_SEGMENTS];
    CacheGeneration filling;     /* the generation of the block that is being made */
    bool dense;                  /* likewise */
    unsigned cur[N_GENERATIONS]; /* where it goes */
    unsigned next;               /* free or retired */
    uint64_t n_filled;           /* segments so far */
    size_t seg_size;
    uint8_t *base;
} CodeCache;

extern CodeCache tcg_cache;

/* ---- evict.c; all under tb_lock ---- */
/* Where a new block of this name belongs. */
CacheGeneration tcg_generation_of(ram_addr_t addr, uint32_t mode);
void tcg_remember_evicted(const TranslationBlock *tb);
/* An empty segment, or the one to be retired; never a current one. Once for each segment filled. */
unsigned tcg_choose_victim(void);
/* Whether segments have been freed for others. */
bool tcg_cache_evicts(void);
/* It was current and is so no longer. */
void tcg_segment_full(unsigned n);

#endif
