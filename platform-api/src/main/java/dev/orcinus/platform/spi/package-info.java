/**
 * The exception that both halves of the SPI throw when a call of the operating system fails. {@link
 * dev.orcinus.platform.spi.host} holds the services that Orcinus needs for itself, and {@link
 * dev.orcinus.platform.spi.guest} those that it needs of the process that guest code lives in.
 * Platform modules implement both, and all modules above call them.
 */
package dev.orcinus.platform.spi;
