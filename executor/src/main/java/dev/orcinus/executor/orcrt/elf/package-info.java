/**
 * LLVM's ELF platform without its ORC runtime: an archive of thunks that controllers link in place
 * of {@code liborc_rt}, and what the thunks call. Symbols and their meaning: {@code
 * compiler-rt/lib/orc}, {@code elfnix_platform}; the controller's half is LLVM's {@code
 * ELFNixPlatform}. Called by the executor when a controller has linked the archive, and by the
 * command that writes it.
 */
package dev.orcinus.executor.orcrt.elf;
