/**
 * Implementations of the SPIs that record requests and fail when a test wants them to. Tests of
 * {@code memory}, {@code runtime}, {@code loader}, {@code executor} and {@code daemon} use them.
 */
package dev.orcinus.fakes;
