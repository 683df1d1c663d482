package dev.orcinus.platform.linux.guestprocess;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.WrapperFunctionResult.Value;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.CopyLimit;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.ProgramStart;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/** Calls of guest code in a guest process. It has no state of its own; any thread may call. */
final class ProcessInvoker implements GuestInvoker {
    private static final long INLINE_BYTES = 8;

    private final NativeGuest guest;
    private final ProgramArguments arguments;
    private final WaitingInitializers libraries;
    private final Runnable beforeProgram;
    private final ProgramHost host;

    /**
     * Calls into a guest.
     *
     * @param libraries the initializers of a program's libraries
     * @param beforeProgram the last step before a program starts
     * @param host of a guest that is a program; else null
     */
    ProcessInvoker(
            NativeGuest guest,
            ProgramArguments arguments,
            WaitingInitializers libraries,
            Runnable beforeProgram,
            ProgramHost host) {
        this.beforeProgram = beforeProgram;
        this.host = host;
        this.libraries = libraries;
        this.guest = guest;
        this.arguments = arguments;
    }

    private <T> CallOutcome<T> enter(Function<NativeThread, T> body) {
        try {
            return CallOutcome.returned(guest.threads().on(Use.GUEST_CODE, body));
        } catch (GuestGoneException e) {
            return CallOutcome.gone(e.end());
        }
    }

    @Override
    public CallOutcome<Long> call(GuestCall call) {
        return enter(
                thread ->
                        thread.callGuestCode(
                                call.function(),
                                call.a(),
                                call.b(),
                                call.c(),
                                call.d(),
                                call.e(),
                                call.f()));
    }

    @Override
    public CallOutcome<List<Long>> callAll(List<GuestCall> calls) {
        CallList list = new CallList();
        for (GuestCall call : calls) {
            list.add(call.function(), call.a(), call.b(), call.c(), call.d(), call.e(), call.f());
        }
        return enter(
                thread -> {
                    list.run(thread);
                    return list.results();
                });
    }

    /**
     * {@inheritDoc} Its arguments stay for the life of the guest, as those of a program do. A child
     * that it has forked ends with its result.
     */
    @Override
    public CallOutcome<Integer> callMain(ExecutorAddress function, List<String> main) {
        return enter(
                thread -> {
                    long argv = arguments.of(main, thread).value();
                    long environment = arguments.environment(thread);
                    return (int)
                            thread.call(
                                    GuestProgram.RUN_MAIN,
                                    main.size(),
                                    argv,
                                    environment,
                                    function.value());
                });
    }

    @Override
    public CallOutcome<Void> initializeLibraries(List<String> main) {
        return enter(
                thread -> {
                    long argv = arguments.of(main, thread).value();
                    long environment = arguments.environment(thread);
                    var _ = libraries.take(thread, main.size(), argv, environment).run(thread);
                    return null;
                });
    }

    @Override
    public GuestEnd runProgram(ProgramStart program) throws HostCallException {
        try {
            host.beforeStart();
            guest.threads().handOver(thread -> start(program, thread));
            host.afterStart();
        } catch (GuestGoneException e) {
            return e.end();
        }
        return guest.awaitEnd();
    }

    /** Writes what the guest reads about a program; the memory stays. */
    private ExecutorAddress start(ProgramStart program, NativeThread thread) {
        long argv = arguments.of(program.arguments(), thread).value();
        long environment = arguments.environment(thread);
        ThreadScratch scratch = thread.scratch();
        long initializers = scratch.put(addresses(program.initializers())).value();
        long finalizers = scratch.put(addresses(program.finalizers())).value();
        EntryStack stack = stack(program, thread);
        CallList first = libraries.take(thread, program.arguments().size(), argv, environment);
        long[] words = {
            program.arguments().size(),
            argv,
            environment,
            called(program).value(),
            thread.address(Libc.__CXA_ATEXIT).value(),
            program.initializers().size(),
            initializers,
            program.finalizers().size(),
            finalizers,
            program.entry().value(),
            stack.place().value(),
            scratch.put(stack.content()).value(),
            stack.wordCount(),
            putOnHeap(first.words(), thread),
            first.size()
        };
        ExecutorAddress start = scratch.put(MemorySegment.ofArray(words));
        beforeProgram.run();
        clearErrno(thread);
        return start;
    }

    /**
     * Returns the address of a copy of words that is not shared, 0 if there are none: a child that
     * an initializer has forked makes the calls that are left, too, and writes their results.
     */
    private static long putOnHeap(long[] words, NativeThread thread) {
        if (words.length == 0) {
            return 0;
        }
        MemorySegment content = MemorySegment.ofArray(words);
        long copy = thread.call(Libc.MALLOC, content.byteSize());
        if (copy == 0 || !thread.memory().write(content, new ExecutorAddress(copy))) {
            throw new IllegalStateException("the guest's heap cannot be written");
        }
        return copy;
    }

    /** A program begins without an error (C11 7.5); ours may have had one. */
    private static void clearErrno(NativeThread thread) {
        if (thread.errno() != 0) {
            ExecutorAddress place = new ExecutorAddress(thread.call(Libc.__ERRNO_LOCATION));
            thread.memory().write(MemorySegment.ofArray(new int[1]), place);
        }
    }

    private ExecutorAddress called(ProgramStart program) {
        return switch (program.convention()) {
            case MAIN -> program.entry();
            case KERNEL -> guest.address(GuestProgram.ENTER_PROGRAM);
        };
    }

    private EntryStack stack(ProgramStart program, NativeThread thread) {
        return switch (program.convention()) {
            case MAIN -> EntryStack.NONE;
            case KERNEL ->
                    EntryStack.below(
                            guest.head().arguments(),
                            arguments.stack(program.arguments(), thread, program.entry()));
        };
    }

    private static MemorySegment addresses(List<ExecutorAddress> functions) {
        long[] words = new long[functions.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = functions.get(i).value();
        }
        return MemorySegment.ofArray(words);
    }

    /** {@inheritDoc} Most calls find them laid out, and leave the guest as it is. */
    @Override
    public ExecutorAddress layOut(List<String> texts) {
        try {
            return guest.threads().on(Use.NOTED_SERVICE, thread -> arguments.of(texts, thread));
        } catch (GuestGoneException gone) {
            return ExecutorAddress.NULL;
        }
    }

    @Override
    public CallOutcome<WrapperFunctionResult> callWrapper(
            ExecutorAddress function, MemorySegment data) {
        return enter(
                thread -> {
                    try (ThreadScratch scratch = thread.scratch()) {
                        long at = scratch.put(data).value();
                        long first = thread.callGuestCodeForTwo(function, at, data.byteSize());
                        return take(thread, first, thread.second());
                    }
                });
    }

    /** Returns a result in its C form, and frees its memory. */
    private static WrapperFunctionResult take(NativeThread thread, long data, long size) {
        if (size == 0) {
            return data == 0 ? WrapperFunctionResult.EMPTY : takeError(thread, data);
        }
        if (Long.compareUnsigned(size, INLINE_BYTES) <= 0) {
            MemorySegment word = MemorySegment.ofArray(new long[] {data});
            return new Value(word.asSlice(0, size).toArray(JAVA_BYTE));
        }
        if (Long.compareUnsigned(size, CopyLimit.bytes()) > 0) {
            thread.call(Libc.FREE, data);
            return new OutOfBandError(
                    "the function returned a result of 0x%x bytes; 0x%x can be taken"
                            .formatted(size, CopyLimit.bytes()));
        }
        byte[] bytes = new byte[(int) size];
        ExecutorAddress at = new ExecutorAddress(data);
        if (!thread.memory().read(at, MemorySegment.ofArray(bytes))) {
            return new OutOfBandError(
                    "the function returned 0x%x bytes at %s, which cannot be read"
                            .formatted(size, at));
        }
        thread.call(Libc.FREE, data);
        return new Value(bytes);
    }

    private static WrapperFunctionResult takeError(NativeThread thread, long text) {
        String message = thread.memory().text(new ExecutorAddress(text));
        thread.call(Libc.FREE, text);
        return new OutOfBandError(message);
    }

    @Override
    public CallOutcome<Void> runAtExits(ExecutorAddress dsoHandle) {
        if (dsoHandle.isNull()) {
            throw new IllegalArgumentException(
                    "a null handle would run the at-exit functions of the whole process");
        }
        return enter(
                thread -> {
                    thread.call(Libc.__CXA_FINALIZE, dsoHandle.value());
                    return null;
                });
    }
}
