/**
 * What a session of the daemon may do: the policies that have names, and those in files. The
 * command reads one; {@code daemon.session} starts guests with it and watches what they take.
 */
package dev.orcinus.daemon.policy;
