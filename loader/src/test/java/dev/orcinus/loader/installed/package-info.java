/** Tests of the search for what compilers have installed. */
package dev.orcinus.loader.installed;
