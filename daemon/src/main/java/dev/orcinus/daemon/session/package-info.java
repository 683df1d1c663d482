/**
 * The sessions of the daemon: each is served by a thread of this JVM, and its guest is a process of
 * its own. Some guests are started before they are needed. The daemon begins and ends sessions; the
 * control server asks about them.
 */
package dev.orcinus.daemon.session;
