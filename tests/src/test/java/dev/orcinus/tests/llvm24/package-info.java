/**
 * LLVM 24, which is not released: a controller that speaks its dialect frame by frame, as LLVM's
 * sources of autumn 2026 say, against the executor in each way of starting it; and executors of its
 * kind under our loader.
 */
package dev.orcinus.tests.llvm24;
