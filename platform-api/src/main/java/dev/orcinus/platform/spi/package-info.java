/**
 * What both halves of the SPI need: the failure of a call of the operating system. {@link
 * dev.orcinus.platform.spi.host} is what Orcinus needs for itself, and {@link
 * dev.orcinus.platform.spi.guest} is what it needs of the process that guest code lives in.
 * Platform modules implement both, and all modules above call them.
 */
package dev.orcinus.platform.spi;
