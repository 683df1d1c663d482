/**
 * The host under Linux, and the guest in this process: what {@code memory}, {@code runtime}, the
 * loader and the executor ask of the operating system, done through the bindings. A failed call
 * becomes a {@link dev.orcinus.platform.spi.HostCallException} here.
 */
package dev.orcinus.platform.linux;
