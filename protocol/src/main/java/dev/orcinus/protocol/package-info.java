/**
 * The errors that bytes from a peer can cause. The codec and the readers of frames throw them; the
 * owner of a session catches them.
 */
package dev.orcinus.protocol;
