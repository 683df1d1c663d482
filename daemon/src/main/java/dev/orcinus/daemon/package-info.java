/**
 * {@code orcinus serve}: accepts connections and gives each that is admitted to a worker process of
 * its own. Started by the command line.
 */
package dev.orcinus.daemon;
