/**
 * The exceptions of linking and loading, and the phases of it. All packages of this module throw
 * these exceptions, and programs catch them. This package depends on no other.
 */
package dev.orcinus.loader;
