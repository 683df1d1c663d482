/**
 * The parts that all file formats share: the bytes of a file from outside, with checked reads, and
 * the kinds of files, which differ in their first bytes. The packages of the formats call them, and
 * so do callers that open a file of unknown kind.
 */
package dev.orcinus.formats;
