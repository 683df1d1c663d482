/**
 * Tests of Mach-O objects that run on Linux: linked by our loader, or by real LLVM controllers for
 * an executor that presents itself as a Mac.
 */
package dev.orcinus.tests.macho;
