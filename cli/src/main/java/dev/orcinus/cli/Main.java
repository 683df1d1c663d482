package dev.orcinus.cli;

import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.module.ModuleDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The {@code orcinus} command. */
public final class Main {
    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;
    private static final String USAGE =
            """
            orcinus links and runs object files, and runs JIT-linked code for LLVM's clang-repl and llvm-jitlink
            (LLVM 19 to 24).

              orcinus run [--in-jvm | --connect ADDRESS] [--name NAME] [--entry NAME] [--time] [--[no-]whole-archive]
                          [--token-file FILE] [--fingerprint SHA256] [-L FOLDER] [-l NAME] [-e NAME] [-u SYMBOL] [--wrap SYMBOL] [--defsym SYMBOL=VALUE]
                          [-T SCRIPT] [-z KEYWORD] [--[no-]as-needed] [@FILE] FILE... [-- ARGUMENT...]
                      links objects and archives in memory and becomes the program that they make, whose name is the
                      first file or NAME. Or runs it in a JVM's process, as always under macOS, or in an executor
                      (Orcinus, or llvm-jitlink-executor) that listens there. --entry NAME calls NAME as main; -e NAME
                      goes on there as the kernel starts a program, as always at _start. Options of ld that change
                      the output file only are ignored; -Wl,OPTION is OPTION
              orcinus runtime [--triple TRIPLE] -o FILE
                      writes the archive that replaces liborc_rt of LLVM 21 to 23, for Mach-O of 19 to 23:
                        llvm-jitlink -orc-runtime=FILE ..., clang-repl --orc-runtime=FILE ...
              orcinus inspect [--sections] [--symbols] [--relocations] [--graph] [--far] FILE...
              orcinus inspect --html [--far] FILE...
                      prints the content of objects and archives, and the result of each step of linking; all parts,
                      if no part is named. The text is the same on every machine. Or prints it as a page for a
                      browser, with a map of the sizes and who refers to whom
              orcinus serve [--listen ADDRESS] [--sessions N] [--warm N] [--idle-timeout D] [--grace D]
                            [--memory SIZE] [--calls N] [--call-limit D] [--no-checkpoints]
                            [--policy none|files|strict|FILE] [--policy-best-effort]
                            [--allow-remote] [--allow-other-users] [--token-file FILE] [--triple TRIPLE]
                      runs a daemon for many sessions, each with a guest process of its own:
                        llvm-jitlink -oop-executor-connect=HOST:PORT prog.o
                      With a token, clients have to speak TLS and to know it: use it wherever others can connect
              orcinus connect HOST:PORT [--token-file FILE] [--fingerprint SHA256]
                              [filedescs=IN,OUT | socket:adopt=FD]
                      is an executor that passes all on to a daemon that wants a token. The variables ORCINUS_CONNECT,
                      ORCINUS_TOKEN_FILE and ORCINUS_FINGERPRINT make a plain start that:
                        ORCINUS_CONNECT=HOST:PORT clang-repl --oop-executor=/path/to/orcinus --orc-runtime=ARCHIVE
              orcinus status
                      prints the state and the sessions of this user's daemons
              orcinus background [--idle-exit D]
                      starts the daemon in the background, which makes starts of run, filedescs= and socket:adopt= quick,
                      and waits until it serves. The first start that needs one does the same, without waiting. It ends
                      when it has been idle for 15 minutes, or D. ORCINUS_DAEMON=off does without; CI=... does, too,
                      unless ORCINUS_DAEMON=on
              orcinus stop [--now]
                      ends this user's daemons in the background: after the programs that they serve, or at once
              orcinus interrupt [DAEMON:]SESSION
                      ends the call that runs in a session of a daemon; the session goes on. DAEMON is its process id
              orcinus listen=ADDRESS [OPTIONS] | tcp:listen=ADDRESS [OPTIONS]
                      serves one session of this user, then ends; --allow-remote and --allow-other-users as in serve
              orcinus tcp:connect=HOST:PORT [OPTIONS]
                      connects to a controller that listens there, serves it, then ends:
                        llvm-jitlink -oop-launch=/path/to/orcinus -oop-connect=tcp:listen=HOST:PORT prog.o
              orcinus filedescs=IN,OUT [OPTIONS]
                      serves one session on inherited descriptors, as LLVM starts an executor:
                        clang-repl --oop-executor=/path/to/orcinus --orc-runtime=ARCHIVE
              orcinus socket:adopt=FD [OPTIONS]
                      the same on one inherited socket, as LLVM 24 starts an executor:
                        llvm-jitlink -oop-launch=/path/to/orcinus prog.o
              orcinus version | --version
                      prints the version, the JDK that runs it, and whose controllers it serves

            An ADDRESS is HOST:PORT, or unix:PATH, the file of a Unix-domain socket that only its owner can connect to.
            A TRIPLE is that of this machine, or x86_64-apple-macosx13 (arm64-... on AArch64): controllers then link Mach-O
            code, which runs here. The variable ORCINUS_TRIPLE stands for the option.
            The OPTIONS of one session are --triple TRIPLE, --call-limit D (ORCINUS_CALL_LIMIT), after which a call is ended,
            and --no-checkpoints (ORCINUS_NO_CHECKPOINTS=1), with which a crash ends the session.
            With --perf-map (ORCINUS_PERF_MAP=1) all commands that run code name its functions in /tmp/perf-PID.map.
            A duration D is a number followed by ms, s, m or h; a SIZE one followed by K, M, G or T.
            """;

    private Main() {}

    /** Runs the command that the first argument names, and ends the process with its status. */
    public static void main(String[] arguments) {
        int status = status(arguments);
        LauncherAnswer.exit(status);
        System.exit(status);
    }

    static int status(String... arguments) {
        int status = tryToRun(arguments);
        if (System.out.checkError() && status == 0) {
            log("standard output: not all of the text could be written");
            return FAILURE;
        }
        return status;
    }

    private static int tryToRun(String... arguments) {
        return tryTo(() -> run(arguments), Main::log);
    }

    /** A command that may fail. */
    @FunctionalInterface
    interface Command {
        int run() throws UsageException, HostCallException, IOException;
    }

    private static int tryTo(Command command, Consumer<String> log) {
        try {
            return command.run();
        } catch (UsageException e) {
            log.accept(e.getMessage() + "; 'orcinus help' lists the commands");
            return USAGE_ERROR;
        } catch (IOException e) {
            log.accept(FileErrors.message(e));
            return FAILURE;
        } catch (HostCallException | UnsupportedOperationException e) {
            log.accept(e.getMessage());
            return FAILURE;
        }
    }

    /**
     * Runs a command for somebody else than the user who has started this process.
     *
     * @param log takes lines for him
     * @param errors his standard error
     * @return the status that is to end his process
     */
    static int runFor(Consumer<String> log, PrintStream errors, Command command) {
        try {
            return tryTo(command, log);
        } catch (RuntimeException | Error e) { // as the JVM does for its main thread
            e.printStackTrace(errors);
            return FAILURE;
        }
    }

    private static int run(String[] arguments)
            throws UsageException, HostCallException, IOException {
        if (arguments.length == 0) {
            System.err.print(USAGE);
            return USAGE_ERROR;
        }
        String command = arguments[0];
        List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
        int equals = command.indexOf('=');
        if (equals >= 0 && isRelay(command)) {
            return new ConnectCommand(Main::log).instead(Arrays.asList(arguments));
        }
        if (equals >= 0) {
            return serveOne(
                    command.substring(0, equals),
                    command.substring(equals + 1),
                    PerfMapOption.take(rest));
        }
        return switch (command) {
            case "rehearse" -> RunCommand.of(new OwnCaller(), rest).rehearse();
            case "run" -> RunCommand.of(new OwnCaller(), rest).run();
            case "launcher" -> new LauncherCommand(rest).run();
            case "runtime" -> new RuntimeCommand(rest).run();
            case "inspect" -> new InspectCommand(rest).run();
            case "serve" -> new DaemonCommands(Main::log).serve(PerfMapOption.take(rest));
            case "connect" -> new ConnectCommand(Main::log).run(rest);
            case "background" -> new BackgroundCommands(Main::log).start(rest);
            case BackgroundCommands.DAEMON -> new BackgroundCommands(Main::log).serve(rest);
            case "stop" -> new BackgroundCommands(Main::log).stop(rest);
            case "status" -> new DaemonCommands(Main::log).status();
            case "interrupt" -> new DaemonCommands(Main::log).interrupt(rest);
            case "help", "--help", "-h" -> help();
            case "version", "--version" -> version();
            default -> throw unknown(command);
        };
    }

    /** Returns whether an executor that a controller starts is to be a relay to a daemon. */
    private static boolean isRelay(String command) {
        return System.getenv(ConnectCommand.VARIABLE) != null && SessionDescriptors.areIn(command);
    }

    /** Runs a command of the form {@code command=address}, which serves one session. */
    private static int serveOne(String command, String address, List<String> options)
            throws UsageException, HostCallException {
        ExecutorCommands executor = new ExecutorCommands(Main::log);
        return switch (command) {
            case SessionDescriptors.PIPES, SessionDescriptors.SOCKET ->
                    executor.inherited(SessionDescriptors.parse(command + "=" + address), options);
            case "listen", "tcp:listen" -> executor.listen(address, options);
            case "tcp:connect" -> executor.connect(address, options);
            default -> throw unknown(command + "=" + address);
        };
    }

    private static UsageException unknown(String command) {
        return new UsageException("unknown command '" + command + "'");
    }

    private static int help() {
        System.out.print(USAGE);
        return 0;
    }

    private static int version() {
        ModuleDescriptor module = Main.class.getModule().getDescriptor();
        String version =
                module == null ? "without a version" : module.rawVersion().orElse("unknown");
        System.out.printf(
                "orcinus %s%nJDK %s (%s), %s %s%nserves controllers of LLVM 19 to 24%n",
                version,
                Runtime.version(),
                System.getProperty("java.home"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
        return 0;
    }

    private static void log(String line) {
        System.err.println("orcinus: " + line);
    }
}
