/**
 * LLVM's "simple packed serialization" (SPS): one bounds-checked reader, one writer, and codecs
 * that combine. The message records in {@code epc} and the executor's wrapper functions use it.
 */
package dev.orcinus.protocol.sps;
