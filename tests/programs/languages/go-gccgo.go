// packages: gccgo
// needs: gccgo-12
// build: sed "/import .C.$/d; /^\/\/ #include/d; /^\/\/ static/d; s/int(C.twice(21))/42/" $source >main.go && gccgo-12 -O1 main.go -o native
package main

// #include <stdlib.h>
// static int twice(int n) { return 2 * n; }
import "C"

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sort"
	"sync"
)

type shape interface{ area() float64 }
type square struct{ side float64 }

func (s square) area() float64 { return s.side * s.side }

func main() {
	var wait sync.WaitGroup
	results := make(chan int, 100)
	for i := 0; i < 100; i++ {
		wait.Add(1)
		go func(n int) { defer wait.Done(); results <- n * n }(i)
	}
	wait.Wait()
	close(results)
	sum := 0
	for r := range results {
		sum += r
	}
	fmt.Println("sum", sum, "twice", int(C.twice(21)))
	counts := map[string]int{"whale": 3, "ship": 1, "sea": 2}
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Println(names, shape(square{3}).area())
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		var nowhere *square
		fmt.Println(nowhere.side)
	}()
	for i := 0; i < 50; i++ {
		_ = make([]byte, 1<<20)
	}
	runtime.GC()
	fmt.Println(errors.Unwrap(fmt.Errorf("outer: %w", errors.New("inner"))), len(os.Args), os.Getenv("HOME") != "")
	os.Exit(7)
}
