/**
 * What Orcinus needs from the operating system that it runs on. {@link
 * dev.orcinus.platform.spi.Host} is implemented once per OS (module {@code platform-linux}) and
 * found by {@link java.util.ServiceLoader}; {@code memory}, {@code runtime} and {@code executor}
 * call it.
 */
package dev.orcinus.platform.spi;
