/**
 * Value types that most modules share: {@link dev.orcinus.platform.ExecutorAddress}, ranges,
 * protections, allocation groups, triples and the result of a wrapper function; and {@link
 * dev.orcinus.platform.KeptThreads}. This package uses no other.
 */
package dev.orcinus.platform;
