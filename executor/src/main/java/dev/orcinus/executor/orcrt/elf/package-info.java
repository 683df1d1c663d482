/**
 * LLVM's ELF platform in Java: its names, what it tells of sections, and its thread-locals. Symbols
 * and their meaning: {@code compiler-rt/lib/orc}, {@code elfnix_platform}; the controller's half is
 * LLVM's {@code ELFNixPlatform}. Listed in {@link dev.orcinus.executor.orcrt.OrcRuntimes}, which
 * alone refers to it.
 */
package dev.orcinus.executor.orcrt.elf;
