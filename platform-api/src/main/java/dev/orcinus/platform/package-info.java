/**
 * Value types that every module shares: {@link dev.orcinus.platform.ExecutorAddress}, ranges,
 * protections, allocation groups, triples and the result of a wrapper function. Called by all
 * modules; calls nothing.
 */
package dev.orcinus.platform;
