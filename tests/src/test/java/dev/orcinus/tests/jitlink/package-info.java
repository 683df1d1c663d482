/**
 * Tests of {@code llvm-jitlink} of each version, over pipes and over TCP, with the executor under
 * test.
 */
package dev.orcinus.tests.jitlink;
