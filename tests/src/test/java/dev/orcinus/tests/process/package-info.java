/** Programs with time limits and captured output. Called by all suites. */
package dev.orcinus.tests.process;
