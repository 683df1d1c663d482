package dev.orcinus.executor.orcrt.core;

import java.util.List;

/**
 * The archive's object file.
 *
 * @param defined the names of the symbols that it defines
 * @param bytes the file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RuntimeObject(List<String> defined, byte[] bytes) {}
