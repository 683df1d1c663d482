/**
 * The memory of a guest process: ranges that both processes map, and copies from and to all others.
 * {@code guestprocess} calls it.
 */
package dev.orcinus.platform.linux.guestprocess.memory;
