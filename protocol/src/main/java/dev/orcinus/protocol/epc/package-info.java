/**
 * SimpleRemoteEPC: frames, and the messages that both roles send in them, each a record with its
 * SPS codec. Used by the executor and, as controller, by tests and the loader.
 */
package dev.orcinus.protocol.epc;
