/**
 * The parts that belong to no C header: calls of C functions by name and by address, native entry
 * points for Java, and views of memory by address. All calls share one shape, six integer registers
 * in and one out, since the JVM generates code for each new shape: 3 to 7 ms each at start-up (the
 * module's README has the figures). The header classes and the platform modules call them.
 */
package dev.orcinus.bindings.foreign;
