/**
 * Tests that compare programs of other projects, linked by Orcinus and by the system's linker. They
 * run in the Maven profile {@code programs} only.
 */
package dev.orcinus.tests.programs;
