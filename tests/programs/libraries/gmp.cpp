// packages: libgmp-dev libmpfr-dev
// needs: libgmp.a libgmpxx.a libmpfr.a
// build: c++ -O1 $source -o native -Wl,-Bstatic -lmpfr -lgmpxx -lgmp -Wl,-Bdynamic
#include <gmpxx.h>
#include <iostream>
#include <mpfr.h>

int main() {
    mpz_class product = 1;
    for (int i = 2; i <= 60; i++) {
        product *= i;
    }
    std::cout << product << ' ' << (product + 1) % 1000003 << ' ' << mpz_probab_prime_p(mpz_class("170141183460469231731687303715884105727").get_mpz_t(), 20) << '\n';
    mpfr_t pi;
    mpfr_init2(pi, 300);
    mpfr_const_pi(pi, MPFR_RNDN);
    mpfr_printf("%.80Rf\n", pi);
    mpfr_clear(pi);
    try {
        mpz_class wrong("no number");
    } catch (const std::invalid_argument &e) {
        std::cout << "caught " << e.what() << '\n';
    }
    return 7;
}
