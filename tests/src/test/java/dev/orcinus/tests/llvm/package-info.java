/**
 * Real LLVM clients: which versions are installed, the inputs that they get, and runs of them with
 * the executor under test. Called by the suites with clients.
 */
package dev.orcinus.tests.llvm;
