/**
 * How long code and data that have been loaded may be used. Objects and dylibs have a {@code
 * Lifetime}; it counts the calls that are inside of their functions, and does not end while there
 * is one. {@code loader.link} ends lifetimes before it removes anything; {@code dev.orcinus.jit}
 * makes handles and memory segments of them.
 */
package dev.orcinus.loader.lifetime;
