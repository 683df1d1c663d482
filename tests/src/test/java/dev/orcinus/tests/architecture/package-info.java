/** Tests of the dependencies between modules and packages that {@code ARCHITECTURE.md} allows. */
package dev.orcinus.tests.architecture;
