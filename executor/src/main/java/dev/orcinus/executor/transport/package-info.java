/**
 * Frames over a descriptor: a reader that polls before it sleeps, and a writer that sends each
 * frame whole. Only {@code session} uses it.
 */
package dev.orcinus.executor.transport;
