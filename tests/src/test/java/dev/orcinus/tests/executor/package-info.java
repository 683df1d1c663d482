/**
 * The executor under test, as a process of its own: started by a client through a script, or
 * listening on a port. Called by all suites.
 */
package dev.orcinus.tests.executor;
