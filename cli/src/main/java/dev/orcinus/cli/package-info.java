/**
 * The command line: {@code orcinus run}, {@code runtime}, {@code inspect}, {@code serve}, {@code
 * status}, {@code listen=...}, {@code filedescs=...} and their forms in LLVM 24, and the internal
 * commands {@code worker} and {@code rehearse}. The launcher, the daemon and the build start it; no
 * code calls it.
 */
package dev.orcinus.cli;
