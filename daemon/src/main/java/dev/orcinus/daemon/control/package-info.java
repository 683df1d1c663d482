/**
 * The daemon's control socket, by which {@code orcinus status} and {@code orcinus interrupt} reach
 * it. The daemon serves it; the command line is the client.
 */
package dev.orcinus.daemon.control;
