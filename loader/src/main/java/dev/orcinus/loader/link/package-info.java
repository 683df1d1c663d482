/**
 * Linking: this package finds the definitions of symbols and the objects that are needed, places
 * these objects, and brings them into the target. The public API calls it.
 */
package dev.orcinus.loader.link;
