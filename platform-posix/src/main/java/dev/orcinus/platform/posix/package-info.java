/**
 * The parts of a guest in this process that are the same on Linux and macOS: calls in both
 * directions, the C heap, mapped pages. The platform modules make them with what differs.
 */
package dev.orcinus.platform.posix;
