/**
 * Programs of the world outside, linked by Orcinus and by the system's linker, side by side. Only
 * in the Maven profile {@code programs}.
 */
package dev.orcinus.tests.programs;
