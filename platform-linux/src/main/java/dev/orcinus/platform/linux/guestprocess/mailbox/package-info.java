/**
 * The memory that a guest process shares with this one, and the messages in it. The threads of a
 * guest process, and those who start one, call it.
 */
package dev.orcinus.platform.linux.guestprocess.mailbox;
