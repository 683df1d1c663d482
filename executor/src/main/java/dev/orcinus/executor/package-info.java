/**
 * The API for a program that hosts executor sessions in its own JVM: {@link
 * dev.orcinus.executor.Executor}. The command line and the daemon use it too.
 */
package dev.orcinus.executor;
