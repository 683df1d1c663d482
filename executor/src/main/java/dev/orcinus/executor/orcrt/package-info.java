/**
 * The runtimes in Java that replace LLVM's ORC runtime, one for each object format. The executor
 * uses them when a controller has linked one of our archives; the command that writes the archive
 * uses them, too.
 */
package dev.orcinus.executor.orcrt;
