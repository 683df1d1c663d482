/**
 * The process that serves one session of the daemon. It is started before anybody needs it, is
 * handed a connection, and ends with its session. Started by {@code daemon}.
 */
package dev.orcinus.daemon.worker;
