/**
 * The parts that all file formats share: the bytes of a file from outside, read without ever
 * leaving it, and the kinds of files, which are told apart by their first bytes. Called by the
 * packages of the formats, and by callers that open a file of unknown kind.
 */
package dev.orcinus.formats;
