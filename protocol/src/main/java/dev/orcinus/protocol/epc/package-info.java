/**
 * SimpleRemoteEPC: frames, and the messages that both roles send in them, each a record with its
 * SPS codec. The executor uses them; tests and the loader use them as controllers.
 */
package dev.orcinus.protocol.epc;
