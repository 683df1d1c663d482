// packages: libfftw3-dev
// needs: libfftw3.a libfftw3_threads.a
// build: cc -O1 $source -o native -Wl,-Bstatic -lfftw3_threads -lfftw3 -Wl,-Bdynamic -lm -lpthread
#include <fftw3.h>
#include <math.h>
#include <stdio.h>

int main(void) {
    enum { N = 1024 };
    fftw_init_threads();
    fftw_plan_with_nthreads(2);
    fftw_complex *in = fftw_alloc_complex(N), *out = fftw_alloc_complex(N);
    fftw_plan plan = fftw_plan_dft_1d(N, in, out, FFTW_FORWARD, FFTW_ESTIMATE);
    for (int i = 0; i < N; i++) {
        in[i][0] = cos(2 * M_PI * 10 * i / N);
        in[i][1] = 0;
    }
    fftw_execute(plan);
    printf("%.3f %.3f\n", out[10][0], fabs(out[11][0]));
    fftw_destroy_plan(plan);
    fftw_cleanup_threads();
    return 7;
}
