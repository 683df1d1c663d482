/**
 * The line between the daemon and a worker: what is said on it, and how a connection is handed over
 * with it. Both ends are in {@code worker}.
 */
package dev.orcinus.daemon.handover;
