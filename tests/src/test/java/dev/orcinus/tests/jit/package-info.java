/** Tests of the public API with real code, in this JVM and in executors. */
package dev.orcinus.tests.jit;
