/**
 * {@code orcinus serve}: accepts connections, checks who is there, and gives each to a worker
 * process of its own. Processes are started, watched and ended through JNR-POSIX. Started by {@code
 * cli}.
 */
package dev.orcinus.daemon;
