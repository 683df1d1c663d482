/** What {@code Jit}, {@code JitDylib} and {@code JitObject} promise, with real code in this JVM. */
package dev.orcinus.tests.jit;
