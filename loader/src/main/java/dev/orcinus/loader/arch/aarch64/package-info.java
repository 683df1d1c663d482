/**
 * The AArch64 processor (ELF for the Arm 64-bit Architecture, AAELF64, chapter 5.7 "Relocation").
 */
package dev.orcinus.loader.arch.aarch64;
