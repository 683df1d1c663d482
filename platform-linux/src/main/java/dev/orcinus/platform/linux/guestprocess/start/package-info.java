/** Starts guest processes and sees them end. {@code guestprocess} calls it. */
package dev.orcinus.platform.linux.guestprocess.start;
