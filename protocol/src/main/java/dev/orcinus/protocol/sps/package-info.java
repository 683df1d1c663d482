/**
 * LLVM's "simple packed serialization" (SPS): one bounds-checked reader, one writer, and codecs
 * that combine. Used by the message records in {@code epc} and by the executor's wrapper functions.
 */
package dev.orcinus.protocol.sps;
