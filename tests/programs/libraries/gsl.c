// packages: libgsl-dev
// needs: libgsl.a libgslcblas.a
// build: cc -O1 $source -o native -Wl,-Bstatic -lgsl -lgslcblas -Wl,-Bdynamic -lm
#include <gsl/gsl_integration.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_bessel.h>
#include <math.h>
#include <stdio.h>

static double f(double x, void *none) {
    (void)none;
    return exp(-x * x);
}

int main(void) {
    gsl_function function = {.function = f};
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(1000);
    double result, error;
    gsl_integration_qagi(&function, 1e-10, 1e-10, 1000, space, &result, &error);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    printf("%.10f %.10f %lu\n", result, gsl_sf_bessel_J0(5.0), gsl_rng_get(random));
    return 7;
}
