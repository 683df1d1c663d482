// packages: libopenblas-pthread-dev
// needs: libopenblas.a
// build: cc -O1 $source -o native -l:libopenblas.a -lm -lpthread -lgfortran
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

extern void dgesv_(int *n, int *nrhs, double *a, int *lda, int *pivot, double *b, int *ldb, int *info);

int main(void) {
    enum { N = 300 };
    double *a = malloc(sizeof(double) * N * N), *b = malloc(sizeof(double) * N * N), *c = calloc(N * N, sizeof(double));
    for (int i = 0; i < N * N; i++) {
        a[i] = i % 7;
        b[i] = i % 5;
    }
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1.0, a, N, b, N, 0.0, c, N);
    double sum = 0;
    for (int i = 0; i < N * N; i++) {
        sum += c[i];
    }
    printf("%.1f %.3f\n", sum, cblas_dnrm2(N, c, 1));
    double m[] = {4, 1, 2, 3}, r[] = {1, 2};
    int n = 2, one = 1, pivot[2], info;
    dgesv_(&n, &one, m, &n, pivot, r, &n, &info);
    printf("%d %.4f %.4f\n", info, r[0], r[1]);
    return 7;
}
