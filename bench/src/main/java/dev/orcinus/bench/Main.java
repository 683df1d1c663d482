package dev.orcinus.bench;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The command, which runs the named parts and prints their results. */
public final class Main {
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, Integer> numbers =
            new LinkedHashMap<>(
                    Map.of(
                            "-rounds",
                            5,
                            "-sessions",
                            2_000,
                            "-cycles",
                            50_000,
                            "-loads",
                            1_000_000,
                            "-lives",
                            100_000,
                            "-checkpoints",
                            100_000,
                            "-takeovers",
                            10_000,
                            "-crashes",
                            50));

    /**
     * The number of connections at once, and of rows that another user leaves; see {@link Load}.
     */
    private static final String CONNECTIONS = "-connections";

    private static final String LOADED_SESSIONS = "-loaded-sessions";
    private static final String WAITING_ROWS = "-waiting-rows";

    /** The number of replacements; see {@link JavaPrograms}. */
    private static final String RELOADS = "-reloads";

    private Main() {
        numbers.put(CONNECTIONS, 1_000);
        numbers.put(LOADED_SESSIONS, 10_000);
        numbers.put(WAITING_ROWS, 14_000);
        numbers.put(RELOADS, 100_000);
    }

    /** A part of the benchmarks: a group of rows. */
    @FunctionalInterface
    interface Part {
        void run() throws IOException, InterruptedException;
    }

    /** Runs the parts that {@code arguments} name, or all. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Main().run(new ArrayDeque<>(List.of(arguments)));
    }

    private void run(Deque<String> arguments) throws IOException, InterruptedException {
        while (!arguments.isEmpty() && numbers.containsKey(arguments.peek())) {
            numbers.put(arguments.pop(), Integer.valueOf(arguments.pop()));
        }
        try (Ours ours = new Ours(Tools.root())) {
            Llvm llvm = Llvm.installed();
            prepare(ours, llvm);
            System.out.println(Machine.describe());
            System.out.println("against " + llvm + "\n");
            for (String name : arguments.isEmpty() ? parts.keySet() : new ArrayList<>(arguments)) {
                runPart(name);
            }
        } catch (Skipped e) {
            System.out.println("skipped: " + e.getMessage());
        }
    }

    private void prepare(Ours ours, Llvm llvm) {
        int rounds = numbers.get("-rounds");
        parts.put("calls", new Calls(ours, llvm, rounds)::run);
        parts.put("runs", new WholeRuns(ours, llvm, rounds)::run);
        parts.put("start", new StartUp(ours, llvm, rounds)::run);
        parts.put("memory", new ResidentMemory(ours, llvm)::run);
        parts.put("daemon", new ManySessions(llvm, rounds)::run);
        parts.put("spin", new Spinning(ours, llvm, rounds)::run);
        parts.put(
                "growth", new Growth(ours, numbers.get("-sessions"), numbers.get("-cycles"))::run);
        parts.put("loader", new Loading(rounds, numbers.get("-loads"))::run);
        parts.put("isolated", new CallDistances(rounds)::run);
        parts.put("bind", new BoundCalls(rounds)::run);
        parts.put("java", new JavaPrograms(rounds, numbers.get(RELOADS))::run);
        parts.put("programs", new Loading(rounds, 0)::programs);
        parts.put("archives", new StaticPrograms(rounds)::run);
        parts.put("warm", new WarmStarts(rounds)::run);
        parts.put("sessions", new WarmSessions(rounds)::run);
        parts.put("computation", new Computation(rounds)::run);
        parts.put("runtime", new Runtimes(ours, rounds)::run);
        parts.put("lines", new ReplLines(ours, rounds)::run);
        parts.put("crashes", new ReplCrashes(ours, numbers.get("-crashes"))::run);
        parts.put("macho", new MachOLoading(ours, rounds)::run);
        parts.put(
                "guests",
                new GuestProcesses(numbers.get("-checkpoints"), numbers.get("-takeovers"))::run);
        parts.put(
                "load",
                new Load(
                                llvm,
                                numbers.get(CONNECTIONS),
                                numbers.get(LOADED_SESSIONS),
                                numbers.get(WAITING_ROWS))
                        ::run);
        parts.put("lifetimes", new Lifetimes(rounds, numbers.get("-lives"))::run);
    }

    private void runPart(String name) throws IOException, InterruptedException {
        Part part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException(
                    "no part '" + name + "'; there are " + parts.keySet());
        }
        System.out.println("### " + name + "\n");
        try {
            part.run();
        } catch (Skipped e) {
            System.out.println("skipped: " + e.getMessage());
        }
        System.out.println();
    }
}
