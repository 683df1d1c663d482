/**
 * The command line: {@code orcinus filedescs=..., listen=..., serve, status}. Nothing calls it but
 * the launcher.
 */
package dev.orcinus.cli;
