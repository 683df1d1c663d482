/**
 * The daemon of {@code orcinus serve}, which accepts connections and serves each admitted one in
 * this process, with a guest process of its own. The command line starts it.
 */
package dev.orcinus.daemon;
