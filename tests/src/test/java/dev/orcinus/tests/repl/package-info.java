/** Tests of {@code clang-repl} of each version with the executor under test. */
package dev.orcinus.tests.repl;
