/**
 * A page of HTML about object files: what they contain, and what each step of linking makes of it.
 * The public API calls it.
 */
package dev.orcinus.loader.page;
