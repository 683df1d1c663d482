/**
 * Channels over descriptors, for all systems: sockets, listeners, pipes, descriptors that are
 * inherited or passed. {@link dev.orcinus.platform.posix.channels.DescriptorSystem} is what systems
 * do differently; the platform modules implement it.
 */
package dev.orcinus.platform.posix.channels;
