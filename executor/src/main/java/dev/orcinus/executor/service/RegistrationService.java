package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.PerfRecordBatch;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.RegistrationException;
import dev.orcinus.runtime.observe.CodeEvents;
import java.util.List;

/**
 * Registers unwind info and debug objects, by call or as allocation action: {@code SPSError (range,
 * ...)}.
 */
final class RegistrationService {
    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);

    /** Mirrors LLVM's {@code registerEHFrameSection}. */
    Answer registerEhFrames(Session session, SpsReader in) throws ProtocolException {
        AddressRange section = Sps.RANGE.read(in);
        return reply(() -> session.guest().unwind().register(section));
    }

    /** Mirrors LLVM's {@code deregisterEHFrameSection}. */
    Answer deregisterEhFrames(Session session, SpsReader in) throws ProtocolException {
        session.guest().unwind().deregister(Sps.RANGE.read(in).start());
        return Answer.now(Replies.success());
    }

    /**
     * Mirrors LLVM's {@code registerJITLoaderGDB}; its second argument, whether to tell a debugger
     * at once, is always true.
     */
    Answer registerDebugObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange object = Sps.RANGE.read(in);
        in.readBoolean();
        return reply(() -> session.guest().code().register(object));
    }

    /** Mirrors {@code GDBJITRegistrar_register} of LLVM 24, which has no second argument. */
    Answer showDebugObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange object = Sps.RANGE.read(in);
        return reply(() -> session.guest().code().register(object));
    }

    /** Mirrors {@code GDBJITRegistrar_deregister} of LLVM 24. */
    Answer withdrawDebugObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange object = Sps.RANGE.read(in);
        return reply(() -> session.guest().code().deregister(object));
    }

    /** Mirrors LLVM's {@code registerJITLoaderPerfStart}. */
    Answer startProfile(Session session, SpsReader in) {
        return reply(() -> CodeEvents.openProfile(session.guest().guest()));
    }

    /** Mirrors LLVM's {@code registerJITLoaderPerfImpl}. */
    Answer profile(Session session, SpsReader in) throws ProtocolException {
        PerfRecordBatch batch = PerfRecordBatch.CODEC.read(in);
        return reply(() -> CodeEvents.profile(session.guest().guest(), batch));
    }

    /**
     * Mirrors LLVM's {@code registerJITLoaderPerfEnd}. The files stay open, because a process may
     * have later sessions.
     */
    Answer endProfile(Session session, SpsReader in) {
        return Answer.now(Replies.success());
    }

    /**
     * Serves {@code SPSError (seq<range> code, addr dso, range dwarf, range compact)}, for Mach-O.
     * The guest's unwinder reads the DWARF section; it does not know compact unwind info. Mirrors
     * LLVM's {@code UnwindInfoManager}.
     */
    Answer registerUnwindInfo(Session session, SpsReader in) throws ProtocolException {
        RANGES.read(in);
        in.readAddress();
        AddressRange dwarf = Sps.RANGE.read(in);
        Sps.RANGE.read(in);
        return reply(() -> session.guest().unwind().register(dwarf));
    }

    /**
     * Serves {@code SPSError (seq<range> code)}, which has nothing to do: the unwinder forgets a
     * section together with its allocation, of which this call is a dealloc action.
     */
    Answer deregisterUnwindInfo(Session session, SpsReader in) throws ProtocolException {
        RANGES.read(in);
        return Answer.now(Replies.success());
    }

    private static Answer reply(Registration registration) {
        try {
            registration.run();
            return Answer.now(Replies.success());
        } catch (RegistrationException e) {
            return Answer.now(Replies.error(e.getMessage()));
        }
    }

    @FunctionalInterface
    private interface Registration {
        void run() throws RegistrationException;
    }
}
