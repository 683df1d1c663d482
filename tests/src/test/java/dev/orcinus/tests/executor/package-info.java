/**
 * The executor under test, as a process of its own: started by a client through a script, or
 * listening on a port. All suites use it.
 */
package dev.orcinus.tests.executor;
