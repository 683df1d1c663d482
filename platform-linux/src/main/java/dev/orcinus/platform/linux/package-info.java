/**
 * {@link dev.orcinus.platform.spi.host.Host} for Linux: what {@code memory}, {@code runtime} and
 * {@code executor} ask of the operating system, done through the bindings. A failed call becomes a
 * {@link dev.orcinus.platform.spi.HostCallException} here.
 */
package dev.orcinus.platform.linux;
