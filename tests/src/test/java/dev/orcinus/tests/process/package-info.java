/** Programs with time limits and captured output. All suites use them. */
package dev.orcinus.tests.process;
