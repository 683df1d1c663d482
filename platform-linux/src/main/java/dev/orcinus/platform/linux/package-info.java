/**
 * The host under Linux, and the guest in this process: implements both SPIs through the bindings,
 * for {@code memory}, {@code runtime}, the loader and the executor. A failed call becomes a {@link
 * dev.orcinus.platform.spi.HostCallException} here.
 */
package dev.orcinus.platform.linux;
