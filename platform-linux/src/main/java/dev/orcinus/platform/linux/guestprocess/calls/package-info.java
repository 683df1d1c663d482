/**
 * Calls of any shape between Java and code in a guest process, and the memory that both share. The
 * guest SPI's {@code IsolatedCalls} is implemented here; {@code guestprocess} calls it.
 */
package dev.orcinus.platform.linux.guestprocess.calls;
