/**
 * The interface to the place where guest code lives and runs: memory, libraries, calls in both
 * directions, unwinder, thread-locals, debugger, threads. {@link
 * dev.orcinus.platform.spi.guest.Guest} has two implementations: this JVM's own process, and a
 * process of its own. So nothing here assumes that Java and guest code share an address space.
 * {@code memory}, {@code runtime}, the executor's sessions and the loader's local target call it.
 */
package dev.orcinus.platform.spi.guest;
