# SPDX-License-Identifier: MIT
# work.awk -v scale=N: gawk's numbers, fields, arrays and functions.
function random() { seed = (seed * 16807) % 2147483647; return seed }
function root(x,    y, n) { y = x; for (n = 0; n < 12; n++) y = (y + x / y) / 2; return y }
function ack(m, n) { return m ? ack(m - 1, n ? ack(m, n - 1) : 1) : n + 1 }
BEGIN {
    seed = 42
    for (i = -150 * scale; i <= 150 * scale; i++) {
        x = i * 1234.5678 / 7
        printf "%d %5.2f %-14e|%g %.17g %x %o %c %+d %08.3f %s %i\n", i, x, x * 1e100, x / 1e7, x,
            i < 0 ? -i : i, and(i < 0 ? -i : i, 4095),
            65 + (i < 0 ? -i : i) % 26, i, x, x, x
    }
    OFMT = "%.9g"
    print 1 / 3, 1e6, 1e16, 123456789012, 0.1 + 0.2, 2 ^ 53, sqrt(2), -7 % 3, int(-3.9),
        1e300 * 1e10
    for (i = 1; i <= 20000 * scale; i++) {
        t += root(i) / (i + 0.5)
        s += sqrt(i) - (i % 7) * 0.1
        p = p * 1.000001 - i / 3e9
    }
    printf "%.17g %.17g %.17g\n", t, s, p
    for (i = 1; i <= 20000 * scale; i++) {
        v = random()
        a[v % 1009] += v % 1000
        line = line (v % 10)
    }
    n = asorti(a, keys, "@ind_num_asc")
    for (i = 1; i <= n; i += 17) printf "%s:%d ", keys[i], a[keys[i]]
    n = asort(a, sorted, "@val_num_desc")
    for (i = 1; i <= n; i += 23) printf "%d ", sorted[i]
    print "\n" length(line), gsub(/1[2-5]+/, "<&>", line), substr(line, 1, 70), index(line, "99")
    print gensub(/([0-9])<([0-9]+)>/, "\\2\\1", "g", substr(line, 1, 300))
    n = split(line, f, /[<>]/, seps)
    print n, f[1], f[n], seps[1] seps[2], match(line, /7(8*)9/, m), m[0], m[1]
    print toupper("straße"), tolower("ÄRGER"), length("漢字"), sprintf("%5s|%-5s|", "ab", "cd"),
        strtonum("0x1F")
    print and(12345, 255), or(4096, 15), xor(65535, 21845), lshift(1, 40), rshift(2 ^ 50, 3),
        compl(0)
    print strftime("%Y-%m-%d %H:%M:%S", 1e9, 1), mktime("2001 09 09 01 46 40", 1), ack(2, 12)
    "echo one two three" | getline got
    print got
    for (i = 0; i < 500; i++) print random() % 1000 | "sort -n | md5sum"
    close("sort -n | md5sum")
}
