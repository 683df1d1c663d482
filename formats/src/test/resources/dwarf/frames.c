extern long other(long, ...);

long leaf(long a, long b) { return a * b; }

long saves(long a, long b, long c) {
    long d = other(a);
    long e = other(b, d);
    return other(c, d, e) + a + b + c + d + e;
}

long array(long n) {
    char space[n];
    other((long) space);
    return space[n - 1];
}

long stack(long a) {
    volatile char large[5000];
    large[a] = 1;
    return other((long) large) + large[2 * a];
}

long many(long a, long b, long c, long d, long e, long f) {
    return other(a, b, c, d, e, f, a + b, c + d, e + f) + 1;
}

long exits(long a) {
    if (a > 5) return other(a) + 3;
    if (a > 2) return other(a + 1) * 7;
    return a;
}
