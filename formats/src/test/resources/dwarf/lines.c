extern int other(int);

static int inner(int value) {
    if (value > 3) {
        return value * 2;
    }
    return other(value);
}

int outer(int *values, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += inner(values[i]);
    }
    return sum;
}

#include "lines.h"
