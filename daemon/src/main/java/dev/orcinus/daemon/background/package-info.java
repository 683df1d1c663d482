/**
 * The daemon in the background: one process for each user and build, which serves the launches of
 * {@code orcinus} that its user makes. {@code cli} calls it.
 */
package dev.orcinus.daemon.background;
