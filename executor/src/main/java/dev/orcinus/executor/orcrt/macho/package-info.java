/**
 * LLVM's Mach-O platform in Java: its names, its sections, its symbol tables and its thread-locals.
 * The symbols are those of {@code compiler-rt/lib/orc}, {@code macho_platform}; the controller's
 * half is LLVM's {@code MachOPlatform}. Only {@link dev.orcinus.executor.orcrt.OrcRuntimes} refers
 * to this package.
 */
package dev.orcinus.executor.orcrt.macho;
