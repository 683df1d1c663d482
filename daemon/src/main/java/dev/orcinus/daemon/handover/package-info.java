/**
 * The line between the daemon and a worker: its messages, and the transfer of a connection. Both
 * ends are in {@code worker}.
 */
package dev.orcinus.daemon.handover;
