/** Who is served, and how many at a time. Asked by the daemon for each connection. */
package dev.orcinus.daemon.admission;
