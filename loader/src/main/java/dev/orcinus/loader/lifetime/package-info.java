/**
 * Lifetimes of loaded code and data. Each object and each dylib has a {@code Lifetime}, which
 * counts the calls that are inside of its functions and does not end while there is one. {@code
 * loader.link} ends lifetimes before it removes code; {@code dev.orcinus.jit} ties handles and
 * memory segments to them.
 */
package dev.orcinus.loader.lifetime;
