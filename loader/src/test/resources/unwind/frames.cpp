// Functions with frames of all kinds. Compact unwind info and __eh_frame describe each of them; they must say the same.
extern "C" {
int outside(int);
double outside_double(double);
void fill(char *);

int calls(int x) { return outside(x) + 1; }

int saves_two(int a, int b) { return outside(a) + outside(b) * a; }

int saves_all(int a, int b, int c, int d, int e, int f) {
    int r = outside(a);
    r += outside(b) * c;
    r += outside(c) * d;
    r ^= outside(d) * e;
    r += outside(e) * f;
    return r + a * b * c * d * e * f;
}

int small_array(int x) {
    char bytes[300];
    fill(bytes);
    return bytes[x];
}

int large_array(int x) {
    char bytes[5000];
    fill(bytes);
    return bytes[x] + outside(x);
}

int huge_array(int a, int b, int c) {
    char bytes[0x12340];
    fill(bytes);
    return bytes[a] + outside(b) * bytes[c] + outside(a) * c;
}

double saves_doubles(double a, double b, double c, double d, double e, double f, double g, double h) {
    double r = outside_double(a);
    r += outside_double(b) * c * d;
    r += outside_double(e) * f * g * h;
    return r * a * b + outside_double(r) * a * c + b;
}
}

struct Guard {
    int value;
    ~Guard() { outside(value); }
};

extern "C" int cleans_up(int x) {
    Guard guard{x};
    return outside(x + 1) + 1;
}

extern "C" int catches(int x) {
    try {
        return cleans_up(x) * 3;
    } catch (int thrown) {
        return thrown;
    }
}

// Compilers describe all frames twice only where one of them has no compact form.
#if defined(__aarch64__)
asm(".text\n.p2align 2\n_no_compact_form:\n.cfi_startproc\n.cfi_def_cfa w9, 32\nret\n.cfi_endproc");
#endif
