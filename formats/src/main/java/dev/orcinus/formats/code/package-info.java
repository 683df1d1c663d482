/**
 * Machine code as listings: the one notation in which Orcinus writes code by hand. Called by
 * whoever has code to put into memory or into a file: the platform, the loader, the runtime's
 * archive.
 */
package dev.orcinus.formats.code;
