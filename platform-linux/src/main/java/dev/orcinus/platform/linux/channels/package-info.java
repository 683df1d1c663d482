/**
 * What Linux does differently with descriptors, and the users behind TCP connections. Only the host
 * of {@link dev.orcinus.platform.linux.LinuxHostProvider} uses it.
 */
package dev.orcinus.platform.linux.channels;
