/**
 * Implementations of the SPI that record what they are asked for and fail when they are told to.
 * Tests of {@code executor} and {@code daemon} use them.
 */
package dev.orcinus.fakes;
