/* SPDX-License-Identifier: MIT */
/* Scalar floating point. Checksums are the bits of results: nothing is rounded away. */
#include <math.h>
#include <string.h>

#include "bench.h"

#pragma GCC optimize("no-tree-vectorize")

static uint64_t bits_of(double d)
{
    uint64_t u;

    memcpy(&u, &d, sizeof(u));
    return u;
}

typedef struct Body {
    double x[3], v[3], mass;
} Body;

static uint64_t nbody(unsigned long n)
{
    Body b[5];

    for (int i = 0; i < 5; i++) {
        b[i] = (Body){ { i * 4.8, i * i - 1.1, 0.1 * i },
                       { 0.6 - i, 2.8 / (i + 1), -0.02 },
                       39.5 / (1 + i * 9) };
    }
    while (n--) {
        for (int i = 0; i < 5; i++) {
            for (int j = i + 1; j < 5; j++) {
                double d[3], r2 = 0.01;
                for (int k = 0; k < 3; k++) {
                    d[k] = b[i].x[k] - b[j].x[k];
                    r2 += d[k] * d[k];
                }
                double mag = 0.001 / (r2 * sqrt(r2));
                for (int k = 0; k < 3; k++) {
                    b[i].v[k] -= d[k] * b[j].mass * mag;
                    b[j].v[k] += d[k] * b[i].mass * mag;
                }
            }
        }
        for (int i = 0; i < 5; i++) {
            for (int k = 0; k < 3; k++) {
                b[i].x[k] += 0.001 * b[i].v[k];
            }
        }
    }
    return bits_of(b[0].x[0] + b[3].v[1]);
}

static uint64_t spectral(unsigned long n)
{
    enum { N = 64 };
    double u[N], v[N];

    for (int i = 0; i < N; i++) {
        u[i] = 1;
    }
    while (n--) {
        for (int i = 0; i < N; i++) {
            double s = 0;
            for (int j = 0; j < N; j++) {
                s += u[j] / ((i + j) * (i + j + 1) / 2 + i + 1);
            }
            v[i] = s;
        }
        for (int i = 0; i < N; i++) {
            u[i] = v[i] / (v[0] + 0.5);
        }
    }
    return bits_of(u[N / 2]);
}

static uint64_t mandelbrot(unsigned long n)
{
    uint64_t sum = 0;

    while (n--) {
        for (int p = 0; p < 256; p++) {
            double cr = (p & 15) / 8.0 - 1.5, ci = (p >> 4) / 8.0 - 1.0, zr = 0, zi = 0;
            int i = 0;
            for (; i < 50 && zr * zr + zi * zi <= 4; i++) {
                double t = zr * zr - zi * zi + cr;
                zi = 2 * zr * zi + ci;
                zr = t;
            }
            sum += i;
        }
    }
    return sum;
}

static uint64_t matmul(unsigned long n)
{
    enum { N = 32 };
    static double a[N][N], b[N][N], c[N][N];

    for (int i = 0; i < N * N; i++) {
        a[i / N][i % N] = 1.0 / (i + 1);
        b[i / N][i % N] = i % 17 - 8.5;
    }
    while (n--) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                double s = 0;
                for (int k = 0; k < N; k++) {
                    s += a[i][k] * b[k][j];
                }
                c[i][j] = s;
            }
        }
        a[3][n % N] = c[n % N][7] * 0.01;
    }
    return bits_of(c[5][9]);
}

static uint64_t libm(unsigned long n)
{
    double x = 0.3, sum = 0;

    while (n--) {
        x = x > 3 ? x - 2.9 : x + 0.37;
        sum += sin(x) + exp(-x) + log(x + 1) + pow(x, 1.3);
    }
    return bits_of(sum);
}

static uint64_t convert(unsigned long n)
{
    double d = 1.5;
    float f = 0.25f;
    int64_t sum = 0;

    while (n--) {
        d = (double)(int64_t)n * 0.37 + f;
        f = (float)d * 0.5f;
        sum += (int32_t)f + (int64_t)(d * 3) + (d > f) - (f < 100.0f);
    }
    return sum;
}

static uint64_t chain(unsigned long n)
{
    double x = 1.1;

    while (n--) {
        x = x * 0.999 + 0.5;
        x = x - x * x * 1e-6;
    }
    return bits_of(x);
}

const Group fp_group = { "scalar-fp", (const Kernel[]){ { "nbody", nbody, 250000 },
                                                        { "spectral", spectral, 9000 },
                                                        { "mandelbrot", mandelbrot, 2000 },
                                                        { "matmul", matmul, 1500 },
                                                        { "libm", libm, 350000 },
                                                        { "convert", convert, 6000000 },
                                                        { "chain", chain, 20000000 },
                                                        { 0 } } };
