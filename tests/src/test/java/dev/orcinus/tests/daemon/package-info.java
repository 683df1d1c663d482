/**
 * Tests of the daemon as a process: sessions, guests that crash, peers that break the protocol, and
 * the daemon's end.
 */
package dev.orcinus.tests.daemon;
