/**
 * The daemon of {@code orcinus serve}, which accepts connections and gives each admitted one to a
 * worker process of its own. The command line starts it.
 */
package dev.orcinus.daemon;
