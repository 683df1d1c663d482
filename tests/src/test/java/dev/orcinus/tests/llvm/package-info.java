/**
 * Real LLVM clients: the installed versions, their inputs, and their runs with the executor under
 * test. The suites with clients use this package.
 */
package dev.orcinus.tests.llvm;
