/**
 * The decision which users are served, and how many sessions at a time. The daemon asks for it for
 * each connection.
 */
package dev.orcinus.daemon.admission;
