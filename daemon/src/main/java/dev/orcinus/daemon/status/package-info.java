/**
 * The report that {@code orcinus status} shows, and its socket. The daemon serves it; the command
 * line asks for it.
 */
package dev.orcinus.daemon.status;
