/**
 * What macOS does differently with descriptors, and the users behind TCP connections. Only the host
 * of {@link dev.orcinus.platform.macos.MacosHostProvider} uses it.
 */
package dev.orcinus.platform.macos.channels;
