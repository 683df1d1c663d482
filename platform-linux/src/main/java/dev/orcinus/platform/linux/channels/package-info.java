/**
 * Descriptors of Linux: sockets, listeners, pipes, descriptors that are inherited or passed, and
 * the users behind TCP connections. Called by {@link
 * dev.orcinus.platform.linux.LinuxHostProvider}'s host only.
 */
package dev.orcinus.platform.linux.channels;
