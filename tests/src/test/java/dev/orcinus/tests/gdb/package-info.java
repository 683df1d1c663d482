/** Tests with a debugger attached to the executor under test. */
package dev.orcinus.tests.gdb;
