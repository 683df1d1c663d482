/**
 * Frames over a descriptor: one reader that looks for traffic before it sleeps, one writer that
 * sends each frame whole. Used by {@code session} only.
 */
package dev.orcinus.executor.transport;
