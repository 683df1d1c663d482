/**
 * The command line: {@code orcinus run}, {@code runtime}, {@code inspect}, {@code serve}, {@code
 * status}, {@code interrupt}, {@code listen=...}, {@code filedescs=...} and their forms in LLVM 24,
 * and the internal command {@code rehearse}. The launcher and the build start it; no code calls it.
 */
package dev.orcinus.cli;
