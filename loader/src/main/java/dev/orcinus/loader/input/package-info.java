/**
 * What a caller gives us to link: recognises a file by its bytes, and hands its objects to {@code
 * link}, those of an archive when they are needed. Called by the public API.
 */
package dev.orcinus.loader.input;
