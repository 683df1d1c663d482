/**
 * The bytes of LLVM's SimpleRemoteEPC protocol: the SPS codec, frames, and the messages of both
 * roles as records. No I/O and no native calls.
 */
module dev.orcinus.protocol {
    requires transitive dev.orcinus.platform;

    exports dev.orcinus.protocol;
    exports dev.orcinus.protocol.epc;
    exports dev.orcinus.protocol.sps;
}
