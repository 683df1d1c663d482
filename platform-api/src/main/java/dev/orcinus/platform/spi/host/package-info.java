/**
 * The services of the operating system for Orcinus itself: channels, listeners, descriptors, this
 * process. {@link dev.orcinus.platform.spi.host.Host} is implemented once per operating system
 * (modules {@code platform-linux} and {@code platform-macos}) and found by {@link
 * java.util.ServiceLoader}. Sessions, the daemon and the command line call it.
 */
package dev.orcinus.platform.spi.host;
