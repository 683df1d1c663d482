/**
 * From the bytes of object files and archives to link graphs. Called by the public API when an
 * object is added.
 */
package dev.orcinus.loader.object;
