/**
 * Worker processes, each of which serves one session: the program that runs in them, and how the
 * daemon starts, watches and ends them. A worker is started before it is needed, gets a connection,
 * and ends with its session. The daemon keeps a pool of them; the command line runs {@link
 * dev.orcinus.daemon.worker.Worker}.
 */
package dev.orcinus.daemon.worker;
