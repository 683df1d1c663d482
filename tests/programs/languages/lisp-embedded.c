// packages: libecl-dev ecl
// needs: ecl-config
// build: cc -O1 $(ecl-config --cflags) $source -o native $(ecl-config --libs)
#include <ecl/ecl.h>
#include <stdio.h>

int main(int argc, char **argv) {
    cl_boot(argc, argv);
    cl_object result = cl_eval(c_string_to_object(
        "(progn (defun f (n) (if (< n 2) 1 (* n (f (- n 1)))))"
        " (format t \"~a~%\" (f 30)) (handler-case (/ 1 0) (division-by-zero () (format t \"caught~%\"))) (finish-output) 7)"));
    int status = ecl_to_int(result);
    cl_shutdown();
    return status;
}
