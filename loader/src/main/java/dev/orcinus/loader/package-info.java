/**
 * What can go wrong when code is linked and loaded, and the phases that this takes. Everything in
 * this module throws these exceptions, and programs catch them; this package depends on nothing.
 */
package dev.orcinus.loader;
