/**
 * The runtimes that we serve in Java in place of LLVM's ORC runtime, one for each object format.
 * Used by the executor when a controller has linked one of our archives, and by the command that
 * writes the archive.
 */
package dev.orcinus.executor.orcrt;
