;; packages: chicken-bin libchicken-dev
;; needs: csc
;; build: csc -static -O2 $source -o native
(import (chicken condition) (chicken process-context))
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(display (fib 20)) (newline)
(display (call/cc (lambda (k) (for-each (lambda (x) (if (> x 2) (k x))) '(1 2 3 4)) 0))) (newline)
(handle-exceptions e (begin (display "caught") (newline)) (vector-ref (vector 1 2) 5))
(let loop ((i 0) (keep '())) (if (< i 100000) (loop (+ i 1) (list i))))
(display (length (command-line-arguments))) (newline)
(exit 7)
