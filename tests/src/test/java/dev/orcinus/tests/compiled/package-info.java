/**
 * Compiled programs of {@code tests/fixtures/programs}, linked by our loader: they must print what
 * they print when a static linker has put them together. They run in processes of their own.
 */
package dev.orcinus.tests.compiled;
