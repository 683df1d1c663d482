/**
 * Names of C++ as compilers write them into symbols, in the form of the Itanium C++ ABI. Reports of
 * crashes read them.
 */
package dev.orcinus.formats.mangling;
