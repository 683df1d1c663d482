/**
 * Descriptors of Linux: sockets, listeners, pipes, descriptors that are inherited or passed, and
 * the users behind TCP connections. Only the host of {@link
 * dev.orcinus.platform.linux.LinuxHostProvider} calls them.
 */
package dev.orcinus.platform.linux.channels;
