package dev.orcinus.protocol.epc;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;

/**
 * A reservation of the shared-memory mapper.
 *
 * @param address the address at which the executor has mapped it
 * @param name the name that the controller passes to {@code shm_open}
 */
public record SharedReservation(ExecutorAddress address, String name) {
    /** The codec of the reply to {@code Reserve}. */
    public static final SpsCodec<SharedReservation> CODEC =
            SpsCodec.pair(
                    Sps.ADDRESS,
                    Sps.STRING,
                    SharedReservation::new,
                    SharedReservation::address,
                    SharedReservation::name);
}
