/**
 * The launcher: a small executable without a JVM that users start as {@code orcinus}, and the line
 * by which the daemon in the background is told of it and tells it what to do. {@code guestprocess}
 * calls it.
 */
package dev.orcinus.platform.linux.launch;
