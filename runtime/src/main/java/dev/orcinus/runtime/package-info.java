/**
 * The failure of a registration that guest code or a controller makes: unwind info, debug objects.
 * The executor's services and the loader report it.
 */
package dev.orcinus.runtime;
