/**
 * The command line: {@code orcinus run}, {@code runtime}, {@code inspect}, {@code serve}, {@code
 * status}, {@code listen=...} and {@code filedescs=...}, and the internal commands {@code worker}
 * and {@code rehearse}. The launcher, the daemon and the build start it; no code calls it.
 */
package dev.orcinus.cli;
