/**
 * LLVM's ELF platform in Java: its names, its sections, and its thread-locals. The symbols are
 * those of {@code compiler-rt/lib/orc}, {@code elfnix_platform}; the controller's half is LLVM's
 * {@code ELFNixPlatform}. Only {@link dev.orcinus.executor.orcrt.OrcRuntimes} refers to this
 * package.
 */
package dev.orcinus.executor.orcrt.elf;
