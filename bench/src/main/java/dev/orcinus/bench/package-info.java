/**
 * The benchmarks: parts that measure, and what they measure with. Runs executors and controllers as
 * a user would, by their command lines; knows nothing of Orcinus's insides.
 */
package dev.orcinus.bench;
