/**
 * The threads of a guest process and the calls that they serve, in both directions. All services in
 * {@code guestprocess} call it.
 */
package dev.orcinus.platform.linux.guestprocess.threads;
