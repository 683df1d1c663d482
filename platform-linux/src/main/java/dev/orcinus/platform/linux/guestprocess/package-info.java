/**
 * The guest in a process of its own: a native process without a JVM. Each service of the guest SPI
 * is a class here, which makes calls in the process. {@link java.util.ServiceLoader} finds the
 * provider.
 */
package dev.orcinus.platform.linux.guestprocess;
