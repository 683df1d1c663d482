/**
 * The errors that bytes from a peer can cause. Thrown by the codec and the frames; caught by
 * whoever owns the session.
 */
package dev.orcinus.protocol;
