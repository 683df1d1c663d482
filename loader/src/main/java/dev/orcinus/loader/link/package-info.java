/**
 * From added objects to code in place: who defines a symbol, which objects are needed, where they
 * go. Called by the public API.
 */
package dev.orcinus.loader.link;
