/**
 * Tests of the compiled programs of {@code tests/fixtures/programs}. Linked by our loader, they
 * must print the same as when they are linked natively. They run in processes of their own.
 */
package dev.orcinus.tests.compiled;
