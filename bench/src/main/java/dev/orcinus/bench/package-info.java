/**
 * The benchmarks: parts that measure, and their tools. They run executors and controllers by their
 * command lines, as a user would, and use no internals of Orcinus.
 */
package dev.orcinus.bench;
