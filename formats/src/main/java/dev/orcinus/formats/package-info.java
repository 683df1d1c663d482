/**
 * What all file formats share: the bytes of a file from outside, read without ever leaving it, and
 * the kinds of files by their first bytes. Called by the packages of the formats, and by whoever
 * opens a file of unknown kind.
 */
package dev.orcinus.formats;
