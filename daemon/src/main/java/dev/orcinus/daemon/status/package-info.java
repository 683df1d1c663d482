/**
 * What {@code orcinus status} shows: the report, and the socket over which it is asked for. Served
 * by the daemon, asked by the command line.
 */
package dev.orcinus.daemon.status;
