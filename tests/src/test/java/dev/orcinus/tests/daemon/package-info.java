/**
 * The daemon as a process: sessions that come and go, workers that crash, peers that misbehave, and
 * what is left when it ends.
 */
package dev.orcinus.tests.daemon;
